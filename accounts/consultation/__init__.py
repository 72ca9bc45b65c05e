"""Reading the security journal, for administrators."""

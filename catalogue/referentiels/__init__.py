"""Reference data: reading the official files, searching the certifications, following replacements."""

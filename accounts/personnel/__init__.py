"""The Carif-Oref's staff: who belongs to it, what each may do, and the second factors that were lost."""

"""The read API (`/api/v1/`): what is online, for programs. Its documentation page, and the partners' keys."""

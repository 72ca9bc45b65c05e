"""Changing one's e-mail address: confirmed by a link at the present address and at the new one."""

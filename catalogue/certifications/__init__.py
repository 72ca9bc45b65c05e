"""What is known of a certification: finding it, what replaces it, where it stands, its sheet.

Below the screens: the tunnel picks a certification, the Carif-Oref looks after them.
"""

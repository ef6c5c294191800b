"""What the portal is made of: its parts as the locks have them, listed with their licences and held against lists of
known holes. Works without settings, without a server and without the network: `python -m program996.parts`.
"""

"""Scanners writing into a shared folder as badly as they do over SMB."""

"""The desk's commands; `sohoa` finds them by the entry points of group `sohoa.commands`."""

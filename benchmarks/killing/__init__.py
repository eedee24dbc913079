"""Does a run that is killed, again and again, at any moment, lose or double anything?"""

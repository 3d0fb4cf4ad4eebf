"""The language of names and folders: `{checkpoint}/{created:%Y-%m}/{seed}`, for renaming and for
reorganising alike."""

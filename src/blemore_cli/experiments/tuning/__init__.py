"""Search of settings by inner folds alone, judged once on the outer folds."""

"""What reviewers decide about users' signals, and what changes in corpus and data set."""

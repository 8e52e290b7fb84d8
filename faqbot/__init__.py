"""faqbot answers questions with an FAQ's own words, and says so when it cannot."""

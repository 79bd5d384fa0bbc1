"""The rules, one family a file; `guard.rulebook` names every one of them."""

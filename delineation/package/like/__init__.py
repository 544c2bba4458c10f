"""As last year (照去年的样子交): the layout of a package that was accepted, learned as a profile."""

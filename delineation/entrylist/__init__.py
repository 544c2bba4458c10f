"""Entry lists (准入清单): clause library, drafting, workbook."""

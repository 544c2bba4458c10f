"""What was before (last year's units, the plan that is replaced): what goes on, what ends, and what that means."""

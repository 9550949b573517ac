"""Second training stage: the gate is fitted to cross-fitted encoder posteriors."""

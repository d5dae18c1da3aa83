"""All that the review app may call of the pipeline."""

"""What people and jobs have done with embeddings: weights found, texts and pictures encoded."""

"""What words point to: dangers, wishes, categories, corrections, questions."""

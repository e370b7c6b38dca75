"""What a member sees: words, pages, forms. Knows the view and the areas; handles neither keys nor sealed bytes."""

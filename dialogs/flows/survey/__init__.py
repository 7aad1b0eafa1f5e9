"""The satisfaction survey: asking after each resolution whether things were put right."""

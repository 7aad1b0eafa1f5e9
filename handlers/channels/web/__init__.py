"""The customer's page and widget: routes, who visits, proof of work, going on elsewhere."""

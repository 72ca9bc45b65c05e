"""The team of an organisme: who may do what there, who is invited, who leaves."""

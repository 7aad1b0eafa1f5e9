"""Incidents: like complaints of several customers, seen as one.

stories     what of a complaint is compared: its meaning, its telling words, its time
usual       how many such stories an hour like this brings
detection   more like stories than usual: a suspicion
belonging   which incident, if any, a story belongs to
repeats     the same customer, writing again about the same thing
"""

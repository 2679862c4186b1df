"""Taggers that are trained on labelled texts, and used only where they beat the rules.

Training needs scikit-learn (``csqa[learn]``); a trained tagger is read and used without it.
"""

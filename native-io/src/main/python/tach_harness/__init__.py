"""What runs inside the user's CPython: the zygote, which is the real pytest, and the workers it forks."""

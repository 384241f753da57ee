# The health page.
state-connecting = Connecting
state-sorting = Sorting now
state-busy = Sorting now
state-watching = Connected
state-hint = Connected, with a hint
state-down = Disconnected
state-unknown = Nothing known yet

# Der Zustand.
state-connecting = Verbindet sich
state-sorting = Sortiert gerade
state-busy = Sortiert gerade
state-watching = Verbunden
state-hint = Verbunden, mit Hinweis
state-down = Getrennt
state-unknown = Noch nichts bekannt

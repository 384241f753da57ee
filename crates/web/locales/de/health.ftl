# Der Zustand: Verbindungen, Server, Beiseitegelegtes, Bestand, und was jeweils zu tun ist.
state-connecting = Verbindet sich
state-sorting = Sortiert gerade
state-watching = Verbunden
state-hint = Verbunden, mit Hinweis
state-down = Getrennt
state-unknown = Noch nichts bekannt
health-title = Zustand
health-nothing = Noch kein Postfach hat sich gemeldet.
health-nothing-text = Gleich nach dem Start ist das so; bleibt es dabei, steht der Grund im Protokoll von Langhals.
health-down = { $all ->
    [one] Der Ordner ist nicht verbunden.
   *[other] { $shown } von { $all } Ordnern { $count ->
        [one] ist
       *[other] sind
    } nicht verbunden.
}
health-down-text = Dort wird nicht sortiert, bis die Verbindung wieder steht. Verloren geht nichts: Die Nachrichten liegen im Postfach.
health-warned = Alle Ordner sind erreichbar oder werden gerade verbunden.
health-warned-text = { $count ->
    [one] Zu einem gibt es einen Hinweis.
   *[other] Zu { $shown } gibt es einen Hinweis.
}
health-well = Keine Störung.
health-well-text = Kein Ordner ist getrennt, zu keinem gibt es einen Hinweis.
health-ask = Bitte sagen Sie der Systembetreuung Bescheid.
health-tight = Der Speicherplatz für das Entscheidungsprotokoll wird knapp; ist er verbraucht, wird nicht mehr sortiert.
health-tight-operator = Schaffen Sie Platz auf dem Datenträger, auf dem [state] dir liegt.
health-refused = Das freigegebene Modell ist nicht in Gebrauch; { $id } urteilt.
health-shadow = Das Modell { $id } läuft im Schatten:
health-shadow-text = Es schlägt vor und setzt keine Schlagwörter.
health-drift-corrections = In den letzten Wochen wurden { $seen } % der sortierten Nachrichten von Hand anders eingeordnet; nach der Prüfung des Modells sind höchstens { $limit } % zu erwarten.
health-drift-classes = Die letzten { $messages } sortierten Nachrichten verteilen sich anders auf die Klassen als zuvor: { $seen } % müssten in einer anderen sein.
health-drift-unsure = In den letzten Wochen blieben { $seen } % der Nachrichten zum Sichten; nach der Prüfung des Modells sind bis zu { $limit } % zu erwarten.
health-drift-operator = Sehen Sie sich die Korrekturen an und lassen Sie ein Modell aus ihnen lernen; prüfen Sie auch, ob sich geändert hat, was in die Postfächer kommt.
health-folders = Postfächer
health-folders-caption = Jeder Ordner mit seiner Verbindung, dem letzten Eingang, seinen Schlagwörtern und dem, was zu tun ist
health-place = Postfach / Ordner
health-connection = Verbindung
health-since = seit { $at }
health-reconnects = { $count ->
    [one] seit dem Start 1-mal neu verbunden
   *[other] seit dem Start { $shown }-mal neu verbunden
}
health-newest = Letzter Eingang
health-no-newest = noch keiner gesehen
health-sorted = Sortiert seit Start
health-backlog-about = { $count ->
    [one] etwa 1 steht an
   *[other] etwa { $shown } stehen an
}
health-marking = Schlagwörter
health-todo = Was zu tun ist
marking-keywords = im Postfach, bleiben erhalten
marking-folders = als Ordner: verschoben nach Einordnung
marking-flagged = Markierung für Eiliges
marking-queue = nur im Posteingang dieser Seite
marking-unknown = noch nicht geprüft
todo-nothing = nichts
todo-down = Langhals versucht es um { $again } von selbst wieder. Neue Nachrichten sehen Sie bis dahin nur im Mailprogramm. Bleibt es länger als eine Stunde so, sagen Sie der Systembetreuung Bescheid.
todo-down-operator = Nächster Versuch um { $again }. Bleibt es dabei, prüfen Sie, was hier steht:
todo-down-lasting = Von selbst bessert sich das nicht: Bitte sagen Sie der Systembetreuung Bescheid. Neue Nachrichten sehen Sie bis dahin nur im Mailprogramm.
todo-down-lasting-operator = Von selbst bessert sich das nicht; nächster Versuch um { $again }. Was zu ändern ist:
todo-warning = Sortiert wird, aber nicht wie eingerichtet; die Reihenfolge im Posteingang dieser Seite stimmt. Bitte sagen Sie der Systembetreuung Bescheid.
todo-warning-operator = Sortiert wird, aber nicht wie eingerichtet:
todo-backlog = Der Rückstand wird gerade abgearbeitet; das Neueste kommt zuletzt.
aside-title = Beiseitegelegt
aside-none = Keine wartende Nachricht ist beiseitegelegt.
aside-lead = Diese Nachrichten konnte Langhals nicht beurteilen. Sie warten unter „Bitte sichten“ im Posteingang wie alle anderen.
aside-caption = Beiseitegelegte Nachrichten mit Ort, Grund und dem, was zu tun ist
aside-message = Nachricht
aside-why = Warum
aside-since = Beiseitegelegt
aside-waited = { $waited } Wartezeit
aside-unreadable = Ihr Aufbau ließ sich nicht auswerten.
aside-unfetchable = Beim Abholen brach jedes Mal die Verbindung ab.
aside-no-body = Der Server gab ihren Inhalt nicht heraus.
aside-other = Sie konnte nicht beurteilt werden.
todo-unreadable = Im Mailprogramm öffnen und von Hand einordnen.
todo-unfetchable = Im Mailprogramm öffnen und von Hand einordnen. Lässt sie sich auch dort nicht öffnen, ist sie auf dem Server beschädigt: Systembetreuung.
health-servers = Server
health-servers-caption = Jeder Server mit seinen Postfächern und Fähigkeiten
health-server = Server
health-mailboxes = Postfächer
health-offers = Fähigkeiten
health-misses = Was fehlt
health-not-offered = (nicht angeboten)
misses-idle = Ohne IDLE meldet der Server Neues nicht; Langhals fragt regelmäßig nach ([[mailbox]] poll_seconds).
misses-notify = Ohne NOTIFY braucht jeder Ordner eine eigene Verbindung oder wird reihum gefragt.
misses-condstore = Ohne CONDSTORE werden Änderungen durch Vergleich aller Schlagwörter gefunden; das dauert in großen Ordnern länger.
misses-move = Ohne MOVE und UIDPLUS kann nicht in Ordner verschoben werden; write = "folders" ist hier nicht möglich.
health-state = Bestand und Programm
health-last-write = Zuletzt dauerhaft geschrieben
health-ago = { $ago } her
health-log = Entscheidungsprotokoll
health-from-day = ab { $day }
health-index = Index
health-free = Freier Speicherplatz
health-formats-name = Formate
health-formats = Protokoll { $log }, Index { $index }
health-version = Version
health-model = Modell
health-in-shadow = im Schattenbetrieb
health-tags = Was die Schlagwörter bedeuten
health-tags-lead = Langhals setzt nur diese; ein von Hand gesetztes gilt immer vor.
health-tags-caption = Schlagwörter, ihr Name und ihre Bedeutung
health-tag-name = Name
health-tag-keyword = Schlagwort im Postfach
health-tag-meaning = Bedeutung
meaning-application = beginnt oder betreibt ein Verfahren, über das die Behörde entscheiden muss
meaning-inquiry = möchte eine Antwort, keine Entscheidung
meaning-other = verlangt weder das eine noch das andere
meaning-unsure = Langhals ist sich nicht sicher genug: Ein Mensch ordnet ein
meaning-high = eine Woche zu warten würde schaden
meaning-low = niemand muss etwas tun
meaning-deadline = im Text steht ein Termin oder eine Frist
meaning-encrypted = der Text ist nicht lesbar; beurteilt wurden nur die Kopfzeilen

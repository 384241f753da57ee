# Der Posteingang.
queue-title = Posteingang
queue-title-page = Posteingang, Seite { $page } von { $last }
queue-down = { $all ->
    [one] Der Ordner ist nicht verbunden:
   *[other] { $shown } von { $all } Ordnern { $count ->
        [one] ist
       *[other] sind
    } nicht verbunden:
}
queue-down-text = Neue Nachrichten von dort fehlen hier.
queue-down-link = Was zu tun ist
queue-nothing = Noch kein Postfach hat sich gemeldet.
queue-nothing-text = Gezeigt wird, was beim letzten Lauf wartete.
queue-sorting = Es wird noch sortiert.
queue-sorting-text = Weitere Nachrichten kommen hinzu.
queue-to-health = Zum Zustand
queue-shadow = Schattenbetrieb:
queue-shadow-text = Das Modell ist noch nicht reif genug, um Schlagwörter zu setzen. Was es vorschlägt, steht nur hier.
queue-shadow-link = Warum
queue-glance = Überblick
queue-waiting = Wartend
queue-waiting-word = { $count ->
    [one] Nachricht
   *[other] Nachrichten
}
queue-urgent = Eilig
queue-urgent-word = hohe Priorität
queue-near = Frist in 7 Tagen
queue-near-none = keine überschritten
queue-near-overdue = dazu { $shown } überschritten
queue-unsure = Bitte sichten
queue-unsure-word = Langhals ist unsicher
queue-list = Was wartet
queue-list-filtered = Was wartet und passt
queue-lead = Das Dringendste zuerst. Absender und Betreff liest Langhals für diese Anzeige aus dem Postfach und speichert sie nicht. Priorität, Frist und Einordnung sind Vorschläge und keine Rechtsauskunft.
queue-lead-operator = Das Dringendste zuerst. Absender und Betreff sieht, wer die Post bearbeitet oder beaufsichtigt; Ihre Rolle zeigt sie nicht. Die Nummer (UID) bezeichnet die Nachricht im Ordner.
queue-blind = Absender und Betreff waren gerade nicht zu lesen:
queue-blind-text = Das Postfach antwortet nicht schnell genug. Die Reihenfolge stimmt trotzdem; den Inhalt lesen Sie im Mailprogramm.
queue-empty = Nichts wartet.
queue-empty-text = Alle Nachrichten sind beantwortet oder erledigt; neue erscheinen hier, sobald sie eintreffen.
queue-unknown = Noch ist nichts einsortiert.
queue-unknown-text = Ob etwas wartet, steht erst fest, wenn alle Postfächer verbunden und durchgesehen sind.
queue-no-match = Nichts Wartendes passt zu diesen Filtern.
queue-no-match-text = Ohne Filter warten { $shown }.
queue-caption = Wartende Nachrichten { $from } bis { $to } von { $all }
queue-no-deadline = keine gefunden
queue-message = Nachricht
queue-no-subject = (ohne Betreff)
queue-no-sender = (ohne Absender)
queue-uid = Nachricht { $uid }
queue-pages = Seiten der Liste
queue-pages-text = Seite { $page } von { $last }, Nachrichten { $from } bis { $to }
queue-previous = Vorherige Seite
queue-next = Nächste Seite
filter-title = Filtern und suchen
filter-mailbox = Postfach
filter-class = Einordnung
filter-priority = Priorität
filter-flag = Merkmal
filter-sort = Sortieren nach
filter-all = Alle
filter-unsure = nur zu sichtende
filter-overdue = nur überschrittene Fristen
filter-reference = Aktenzeichen
filter-reference-hint = Ganzes Zeichen, Schreibweise egal
filter-apply = Anzeigen
filter-active = Gefiltert nach
filter-remove = Filter „{ $name }“ entfernen
filter-clear = Alle Filter entfernen
sort-urgency = Priorität
sort-deadline = Frist
sort-waiting = Wartet seit
sort-class = Einordnung
sort-mailbox = Postfach
sort-confidence = Sicherheit
class-by-hand = Von Hand eingeordnet
remark-sure = { $sure } sicher
remark-unsure = am ehesten { $class }, { $sure }
remark-suggested = Vorschlag war { $class }, { $sure }
remark-seen = trug schon ein Schlagwort
remark-by-hand = von Hand eingeordnet
remark-writing = Schlagwort wird gerade gesetzt
remark-not-kept = nur hier: Der Server hat das Schlagwort nicht behalten
remark-shadow = nur hier: Modell im Schattenbetrieb
remark-queue-only = nur hier: kein Schlagwort im Postfach
remark-moved = liegt im Ordner seiner Klasse
remark-set-aside = konnte nicht beurteilt werden
remark-encrypted = verschlüsselt: nur Kopfzeilen gelesen
remark-aged = eilig, weil sie schon so lange wartet

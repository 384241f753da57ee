# Der Überblick: Zahlen und Bilder für die Aufsicht.
overview-title = Überblick
overview-glance = Auf einen Blick
overview-urgent = Eilig
overview-of-waiting = von { $count ->
    [one] 1 wartenden Nachricht
   *[other] { $shown } wartenden Nachrichten
}
overview-overdue = Frist überschritten
overview-due-next = { $count ->
    [0] keine in den nächsten 14 Tagen
    [one] 1 weitere in den nächsten 14 Tagen
   *[other] { $shown } weitere in den nächsten 14 Tagen
}
overview-too-long = Wartet zu lange
overview-longer-than = { $count ->
    [0] länger als erlaubt
    [one] länger als 1 Tag
   *[other] länger als { $shown } Tage
}
overview-unsure = Bitte sichten
overview-unsure-word = Langhals ist unsicher
overview-well = Langhals
overview-well-yes = läuft
overview-well-yes-word = alle Ordner verbunden
overview-well-not = gestört
overview-well-not-word = { $count ->
    [one] 1 Ordner nicht verbunden
   *[other] { $shown } Ordner nicht verbunden
}
overview-well-hint = läuft
overview-well-hint-word = { $count ->
    [one] mit 1 Hinweis
   *[other] mit { $shown } Hinweisen
}
overview-well-unknown = startet
overview-well-unknown-word = noch hat sich kein Postfach gemeldet
overview-pictures = Arbeit in Bildern
overview-waiting = Was wartet, nach Alter
overview-waiting-lead = Wartende Nachrichten nach Tagen seit dem Eingang und Priorität.
overview-age = Alter
overview-age-day = unter 1 Tag
overview-age-three = 1 bis 3 Tage
overview-age-week = 3 bis 7 Tage
overview-age-fortnight = 7 bis 14 Tage
overview-age-older = über 14 Tage
overview-sum = Summe
overview-deadlines = Fristen
overview-deadlines-lead = Gefundene Fristen wartender Nachrichten: überschrittene und die der nächsten 14 Tage.
overview-deadlines-before = vorbei
overview-deadlines-overdue = überschritten
overview-deadlines-today = heute
overview-deadlines-ahead = an den folgenden Tagen
overview-day = Tag
overview-messages = Nachrichten
overview-oldest = Am längsten unerledigt
overview-oldest-lead = Wie lange die älteste Nachricht jedes Postfachs wartet, über die noch kein Mensch entschieden hat; im Bild höchstens { $shown } Postfächer.
overview-days-short = { $shown } T.
overview-mailbox = Postfach
overview-since = Eingegangen
overview-waited = Wartet seit
overview-incoming = Eingang nach Tagen
overview-incoming-lead = Nachrichten der letzten 14 Tage nach Einordnung.
overview-shares = Sortiert oder Menschen überlassen
overview-shares-lead = Anteil der Nachrichten je Kalenderwoche, die Langhals eingeordnet oder mit „Bitte sichten“ Menschen überlassen hat.
overview-shares-sorted = eingeordnet
overview-shares-left = Menschen überlassen
overview-shares-share = Anteil eingeordnet
overview-week = Kalenderwoche
overview-week-of = KW { $week }, ab { $date }
overview-corrections = Korrekturen nach Wochen
overview-corrections-lead = Wie oft je Kalenderwoche Menschen anders entschieden haben als vorgeschlagen; daraus lernt Langhals.
overview-corrected-class = andere Einordnung
overview-corrected-given = Unsicheres eingeordnet (kein Fehler)
overview-corrected-priority = andere Priorität
overview-mailboxes = Postfächer
overview-mailboxes-caption = Jedes Postfach mit seiner Verbindung, dem Wartenden und dem Ältesten
overview-no-mailbox = Noch kein Postfach hat sich gemeldet.
overview-state = Verbindung
overview-waits = Wartend
overview-oldest-short = Älteste wartet seit
overview-newest = Letzter Eingang
overview-backlog = Noch unsortiert
figure-numbers = Zahlen als Tabelle
figure-empty = In dieser Zeit gab es nichts.

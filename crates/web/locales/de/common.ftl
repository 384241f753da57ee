# Was auf mehreren Seiten steht.
minutes-under-one = unter 1 Minute
minutes = { $count ->
    [one] 1 Minute
   *[other] { $shown } Minuten
}
hours = { $count ->
    [one] 1 Stunde
   *[other] { $shown } Stunden
}
days = { $count ->
    [one] 1 Tag
   *[other] { $shown } Tage
}
left-overdue = seit { $shown } Tagen überschritten
left-yesterday = seit gestern überschritten
left-today = heute
left-tomorrow = morgen
left-days = noch { $shown } Tage
percent-almost = über 99 %
class-application = Antrag
class-inquiry = Rückfrage
class-other = Sonstiges
priority-high = Eilig
priority-normal = Normal
priority-low = Nachrangig
tag-unsure = Bitte sichten
tag-deadline = Frist
tag-encrypted = Verschlüsselt
flag-danger = Gefahr
flag-court = Gericht
flag-objection = Widerspruch per E-Mail
flag-personal = Persönlich
flag-parliament = Abgeordnete
flag-press = Presse
flag-complaint = Beschwerde
flag-attachment = Fehlende Anlage
flag-suspicious = Verdacht
flag-duplicate = Dublette
flag-several = Mehrere Anliegen
flag-automatic = Automatisch

# Anmeldung und Einstellungen.
sign-in = Anmelden
sign-in-button = Anmelden
account-name = Benutzername
account-password = Passwort
signed-out = Sie sind abgemeldet.
sign-in-first = Bitte zuerst anmelden.
sign-in-stale = Das Formular war veraltet. Bitte geben Sie das Passwort noch einmal ein.
sign-in-empty = Bitte geben Sie Benutzername und Passwort ein.
sign-in-wrong = Benutzername oder Passwort stimmt nicht. Bitte prüfen Sie beides; nach mehreren Fehlversuchen müssen Sie warten.
sign-in-wait = { $count ->
    [one] Zu viele Fehlversuche. Bitte versuchen Sie es in einer Sekunde noch einmal.
   *[other] Zu viele Fehlversuche. Bitte versuchen Sie es in { $shown } Sekunden noch einmal.
}
sign-in-no-accounts = Es gibt noch kein Konto. Die Systembetreuung legt auf dem Server eines an:
sign-in-or = oder
sign-in-provider = Mit dem Dienstkonto anmelden
note-to-sign-in = Zur Anmeldung
note-no-provider = Der Anmeldedienst ist nicht erreichbar
note-no-provider-text = Die Anmeldung ist deshalb gerade nicht möglich; sortiert wird weiter. Bitte versuchen Sie es in einigen Minuten noch einmal. Der Grund steht im Protokoll von Langhals.
note-not-signed-in = Die Anmeldung hat nicht geklappt
note-not-signed-in-text = Vielleicht hat sie zu lange gedauert oder wurde in einem anderen Fenster begonnen. Bitte versuchen Sie es noch einmal; bleibt es dabei, steht der Grund im Protokoll von Langhals.
note-no-role = Für Langhals fehlt Ihnen eine Rolle
note-no-role-text = Sie sind beim Anmeldedienst angemeldet, gehören dort aber keiner Gruppe an, die in Langhals eine Rolle hat. Bitten Sie die Systembetreuung um Aufnahme in die Gruppe für die Poststelle, die Leitung oder die Betreuung von Langhals, und melden Sie sich danach neu an.

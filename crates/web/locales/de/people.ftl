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

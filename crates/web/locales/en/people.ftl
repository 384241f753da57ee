# Sign-in and settings.
sign-in = Sign in
sign-in-button = Sign in
account-name = User name
account-password = Password
signed-out = You are signed out.
sign-in-first = Please sign in first.
sign-in-stale = The form was out of date. Please enter your password again.
sign-in-empty = Please enter user name and password.
sign-in-wrong = User name or password is wrong. Please check both; after several failures you have to wait.
sign-in-wait = { $count ->
    [one] Too many failures. Please try again in one second.
   *[other] Too many failures. Please try again in { $shown } seconds.
}
sign-in-no-accounts = There is no account yet. Your operators create one on the server:

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
sign-in-or = or
sign-in-provider = Sign in with your work account
note-to-sign-in = To the sign-in
note-no-provider = The identity provider cannot be reached
note-no-provider-text = That is why nobody can sign in there now; sorting goes on. Please try again in some minutes. The reason is in the log of Langhals.
note-not-signed-in = The sign-in did not work
note-not-signed-in-text = It may have taken too long, or was begun in another window. Please try again; if it stays like this, the reason is in the log of Langhals.
note-no-role = You have no role in Langhals
note-no-role-text = You are signed in at the identity provider, but are in none of its groups that have a role in Langhals. Ask your operators to add you to the group of the mail room, the supervisors or the operators of Langhals, and sign in again after that.

# Health: connections, servers, what was set aside, the state, and what to do about each.
state-connecting = Connecting
state-sorting = Sorting now
state-watching = Connected
state-hint = Connected, with a hint
state-down = Disconnected
state-unknown = Nothing known yet
health-title = Health
health-nothing = No mailbox has reported yet.
health-nothing-text = Right after the start that is so; if it stays like this, the reason is in the log of Langhals.
health-down = { $all ->
    [one] The folder is not connected.
   *[other] { $shown } of { $all } folders { $count ->
        [one] is
       *[other] are
    } not connected.
}
health-down-text = Nothing is sorted there until the connection is back. Nothing is lost: the messages lie in the mailbox.
health-warned = All folders are within reach, or are being connected.
health-warned-text = { $count ->
    [one] There is a hint about one of them.
   *[other] There is a hint about { $shown } of them.
}
health-well = No trouble.
health-well-text = No folder is disconnected, and there is no hint about any.
health-ask = Please tell your operators.
health-tight = The disk is running out of room for the decision log; once it is full, nothing is sorted any more.
health-tight-operator = Make room on the disk that holds [state] dir.
health-refused = The promoted model is not in use; { $id } judges.
health-shadow = The model { $id } runs in shadow:
health-shadow-text = It suggests, and sets no tags.
health-drift-corrections = In the last weeks people put { $seen } % of the sorted messages elsewhere; by the model's exam, at most { $limit } % are to be expected.
health-drift-classes = The last { $messages } sorted messages fall into other classes than before: { $seen } % would have to be in another one.
health-drift-unsure = In the last weeks { $seen } % of the messages were left to people; by the model's exam, up to { $limit } % are to be expected.
health-drift-operator = Look at the corrections, and have a model learn from them; see, too, whether something else comes into the mailboxes now.
health-folders = Mailboxes
health-folders-caption = Each folder with its connection, its last arrival, its tags and what to do
health-place = Mailbox / folder
health-connection = Connection
health-since = since { $at }
health-reconnects = { $count ->
    [one] connected again once since the start
   *[other] connected again { $shown } times since the start
}
health-newest = Last arrival
health-no-newest = none seen yet
health-sorted = Sorted since start
health-backlog-about = { $count ->
    [one] about 1 to be sorted
   *[other] about { $shown } to be sorted
}
health-marking = Tags
health-todo = What to do
marking-keywords = in the mailbox, and they stick
marking-folders = as folders: moved by class
marking-flagged = a flag for what is urgent
marking-queue = only in the inbox of this page
marking-unknown = not looked at yet
todo-nothing = nothing
todo-down = Langhals tries again by itself at { $again }. Until then you see new messages in the mail program only. If it stays like this for more than an hour, tell your operators.
todo-down-operator = Next attempt at { $again }. If it stays like this, look at what it says:
todo-down-lasting = This does not get better by itself: please tell your operators. Until then you see new messages in the mail program only.
todo-down-lasting-operator = This does not get better by itself; next attempt at { $again }. What to change:
todo-warning = Messages are sorted, but not as configured; the order in the inbox of this page is right. Please tell your operators.
todo-warning-operator = Messages are sorted, but not as configured:
todo-backlog = The backlog is being worked through; the newest come last.
aside-title = Set aside
aside-none = No waiting message is set aside.
aside-lead = Langhals could not judge these messages. They wait under “Please look” in the inbox like all others.
aside-caption = Messages that were set aside, with place, reason and what to do
aside-message = Message
aside-why = Why
aside-since = Set aside
aside-waited = waited { $waited }
aside-unreadable = Its structure could not be made out.
aside-unfetchable = The connection broke each time it was fetched.
aside-no-body = The server did not hand out its content.
aside-other = It could not be judged.
todo-unreadable = Open it in the mail program and sort it by hand.
todo-unfetchable = Open it in the mail program and sort it by hand. If it does not open there either, it is damaged on the server: tell your operators.
health-servers = Servers
health-servers-caption = Each server with its mailboxes and capabilities
health-server = Server
health-mailboxes = Mailboxes
health-offers = Capabilities
health-misses = What is missing
health-not-offered = (not offered)
misses-idle = Without IDLE the server does not announce news; Langhals asks regularly ([[mailbox]] poll_seconds).
misses-notify = Without NOTIFY each folder needs a connection of its own, or is asked in turn.
misses-condstore = Without CONDSTORE changes are found by comparing all tags; that takes longer in large folders.
misses-move = Without MOVE and UIDPLUS nothing can be moved into folders; write = "folders" is not possible here.
health-state = State and program
health-last-write = Last durable write
health-ago = { $ago } ago
health-log = Decision log
health-from-day = from { $day }
health-index = Index
health-free = Free disk space
health-formats-name = Formats
health-formats = log { $log }, index { $index }
health-version = Version
health-model = Model
health-in-shadow = in shadow
health-tags = What the tags mean
health-tags-lead = Langhals sets only these; one that a person has set always comes first.
health-tags-caption = Tags, their names and meanings
health-tag-name = Name
health-tag-keyword = Keyword in the mailbox
health-tag-meaning = Meaning
meaning-application = begins or pursues a procedure on which the authority must decide
meaning-inquiry = wants an answer, not a decision
meaning-other = asks for neither
meaning-unsure = Langhals is not sure enough: a person sorts it
meaning-high = waiting a week would do harm
meaning-low = nobody has to do anything
meaning-deadline = the text names an appointment or a deadline
meaning-encrypted = the text cannot be read; only the headers were judged

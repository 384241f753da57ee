# The queue.
queue-title = Inbox
queue-title-page = Inbox, page { $page } of { $last }
queue-down = { $all ->
    [one] The folder is not connected:
   *[other] { $shown } of { $all } folders { $count ->
        [one] is
       *[other] are
    } not connected:
}
queue-down-text = New messages from there are missing here.
queue-down-link = What to do
queue-nothing = No mailbox has reported yet.
queue-nothing-text = This is what waited during the last run.
queue-sorting = Still sorting.
queue-sorting-text = More messages will appear.
queue-to-health = To health
queue-shadow = Shadow mode:
queue-shadow-text = The model is not ready to set tags yet. What it suggests is shown only here.
queue-shadow-link = Why
queue-glance = At a glance
queue-waiting = Waiting
queue-waiting-word = { $count ->
    [one] message
   *[other] messages
}
queue-urgent = Urgent
queue-urgent-word = high priority
queue-near = Deadline within 7 days
queue-near-none = none overdue
queue-near-overdue = plus { $shown } overdue
queue-unsure = Please check
queue-unsure-word = Langhals is unsure
queue-list = What waits
queue-list-filtered = What waits and matches
queue-lead = The most urgent first. Langhals reads sender and subject from the mailbox for this display and does not keep them. Priority, deadline and class are suggestions and no legal advice.
queue-lead-operator = The most urgent first. Sender and subject are shown to those who work on or oversee the mail; your role does not show them. The number (UID) names the message within its folder.
queue-blind = Sender and subject could not be read just now:
queue-blind-text = The mailbox does not answer fast enough. The order is right all the same; read the content in your mail program.
queue-empty = Nothing waits.
queue-empty-text = All messages are answered or done; new ones appear here as they arrive.
queue-unknown = Nothing is sorted yet.
queue-unknown-text = Whether anything waits is known only once all mailboxes are connected and looked through.
queue-no-match = Nothing that waits matches these filters.
queue-no-match-text = Without filters { $shown } wait.
queue-caption = Waiting messages { $from } to { $to } of { $all }
queue-no-deadline = none found
queue-message = Message
queue-no-subject = (no subject)
queue-no-sender = (no sender)
queue-uid = Message { $uid }
queue-pages = Pages of the list
queue-pages-text = Page { $page } of { $last }, messages { $from } to { $to }
queue-previous = Previous page
queue-next = Next page
filter-title = Filter and search
filter-mailbox = Mailbox
filter-class = Class
filter-priority = Priority
filter-flag = Flag
filter-sort = Sort by
filter-all = All
filter-unsure = to be checked only
filter-overdue = overdue deadlines only
filter-reference = Reference number
filter-reference-hint = The whole number, spelling does not matter
filter-apply = Show
filter-active = Filtered by
filter-remove = Remove filter “{ $name }”
filter-clear = Remove all filters
sort-urgency = Priority
sort-deadline = Deadline
sort-waiting = Waiting
sort-class = Class
sort-mailbox = Mailbox
sort-confidence = Confidence
class-by-hand = Sorted by hand
remark-sure = { $sure } sure
remark-unsure = most likely { $class }, { $sure }
remark-suggested = suggestion was { $class }, { $sure }
remark-seen = carried a tag already
remark-by-hand = sorted by hand
remark-writing = tag is being set
remark-not-kept = only here: the server did not keep the tag
remark-shadow = only here: model in shadow mode
remark-queue-only = only here: no tag in the mailbox
remark-moved = lies in the folder of its class
remark-set-aside = could not be judged
remark-encrypted = encrypted: only headers read
remark-aged = urgent because it has waited so long

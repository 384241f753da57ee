# The overview: numbers and pictures for those who oversee.
overview-title = Overview
overview-glance = At a glance
overview-urgent = Urgent
overview-of-waiting = of { $count ->
    [one] 1 waiting message
   *[other] { $shown } waiting messages
}
overview-overdue = Overdue
overview-due-next = { $count ->
    [0] none in the next 14 days
    [one] 1 more in the next 14 days
   *[other] { $shown } more in the next 14 days
}
overview-too-long = Waiting too long
overview-longer-than = { $count ->
    [0] longer than allowed
    [one] longer than 1 day
   *[other] longer than { $shown } days
}
overview-unsure = Please look
overview-unsure-word = Langhals is unsure
overview-well = Langhals
overview-well-yes = is well
overview-well-yes-word = all folders connected
overview-well-not = disturbed
overview-well-not-word = { $count ->
    [one] 1 folder not connected
   *[other] { $shown } folders not connected
}
overview-well-hint = is well
overview-well-hint-word = { $count ->
    [one] with 1 hint
   *[other] with { $shown } hints
}
overview-well-unknown = starting
overview-well-unknown-word = no mailbox has reported yet
overview-pictures = Work in pictures
overview-waiting = What waits, by age
overview-waiting-lead = Waiting messages by days since they arrived, and by priority.
overview-age = Age
overview-age-day = under 1 day
overview-age-three = 1 to 3 days
overview-age-week = 3 to 7 days
overview-age-fortnight = 7 to 14 days
overview-age-older = over 14 days
overview-sum = Sum
overview-deadlines = Deadlines
overview-deadlines-lead = Deadlines found in waiting messages: those missed and those of the next 14 days.
overview-deadlines-before = past
overview-deadlines-overdue = overdue
overview-deadlines-today = today
overview-deadlines-ahead = on the following days
overview-day = Day
overview-messages = Messages
overview-oldest = Untouched the longest
overview-oldest-lead = How long the oldest message of each mailbox has waited of which no person has decided yet; at most { $shown } mailboxes in the picture.
overview-days-short = { $shown } d
overview-mailbox = Mailbox
overview-since = Arrived
overview-waited = Waiting for
overview-incoming = Incoming by day
overview-incoming-lead = Messages of the last 14 days by class.
overview-shares = Sorted or left to people
overview-shares-lead = Share of each week's messages that Langhals sorted, or left to people with “Please look”.
overview-shares-sorted = sorted
overview-shares-left = left to people
overview-shares-share = Share sorted
overview-week = Week
overview-week-of = Week { $week }, from { $date }
overview-corrections = Corrections by week
overview-corrections-lead = How often people decided otherwise than suggested, by calendar week; Langhals learns from these.
overview-corrected-class = another class
overview-corrected-given = unsure ones sorted (no mistake)
overview-corrected-priority = another priority
overview-mailboxes = Mailboxes
overview-mailboxes-caption = Each mailbox with its connection, what waits and the oldest message
overview-no-mailbox = No mailbox has reported yet.
overview-state = Connection
overview-waits = Waiting
overview-oldest-short = Oldest has waited
overview-newest = Last arrival
overview-backlog = Not sorted yet
figure-numbers = Numbers as a table
figure-empty = Nothing happened in this time.

# What stands on several pages.
minutes-under-one = less than 1 minute
minutes = { $count ->
    [one] 1 minute
   *[other] { $shown } minutes
}
hours = { $count ->
    [one] 1 hour
   *[other] { $shown } hours
}
days = { $count ->
    [one] 1 day
   *[other] { $shown } days
}
left-overdue = { $shown } days overdue
left-yesterday = overdue since yesterday
left-today = today
left-tomorrow = tomorrow
left-days = { $shown } days left
percent-almost = over 99%
class-application = Application
class-inquiry = Inquiry
class-other = Other
priority-high = Urgent
priority-normal = Normal
priority-low = Low
tag-unsure = Please check
tag-deadline = Deadline
tag-encrypted = Encrypted
flag-danger = Danger
flag-court = Court
flag-objection = Objection by e-mail
flag-personal = Personal
flag-parliament = Parliament
flag-press = Press
flag-complaint = Complaint
flag-attachment = Attachment missing
flag-suspicious = Suspicious
flag-duplicate = Duplicate
flag-several = Several matters
flag-automatic = Automatic

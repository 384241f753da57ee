// No first day, no questions, no calls home.
user_pref("app.donation.eoy.version.viewed", 999);
user_pref("datareporting.healthreport.uploadEnabled", false);
user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
user_pref("extensions.update.enabled", false);
user_pref("intl.locale.requested", "de");
user_pref("mail.inappnotifications.enabled", false);
user_pref("mail.instrumentation.postUrl", "");
user_pref("mail.provider.suppress_dialog_on_startup", true);
user_pref("mail.rights.version", 1);
user_pref("mail.shell.checkDefaultClient", false);
user_pref("mail.spotlight.firstRunDone", true);
user_pref("mailnews.database.global.indexer.enabled", false);
user_pref("mailnews.start_page.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.unified", false);

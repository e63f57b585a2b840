#include "page/text.h"

#include "base/buf.h"

#define S LG_STR_INIT
#define MAX_BYTES ((size_t)4096)

static const struct lg_str_pair english[] = {
	{ S("button.another_account"), S("Use another account") },
	{ S("button.continue"), S("Continue") },
	{ S("button.next"), S("Next") },
	{ S("button.sign_in"), S("Sign in") },
	{ S("button.use_passkey"), S("Use a passkey") },
	{ S("code.lead_app"), S("Enter the code that your authenticator app shows now.") },
	{ S("code.lead_email"), S("We sent a code to {destination}.") },
	{ S("code.lead_sms"), S("We sent a code to {destination}.") },
	{ S("code.title_app"), S("Enter the code of your app") },
	{ S("code.title_email"), S("Check your email") },
	{ S("code.title_sms"), S("Check your phone") },
	{ S("continue.lead"), S("You are signed in as {user}.") },
	{ S("continue.title"), S("Continue?") },
	{ S("error.code"), S("This code is not right. Check it and try again.") },
	{ S("error.code_used"), S("This code was used already. Wait for the next one.") },
	{ S("error.delivery"), S("The code could not be sent. Try again in a while.") },
	{ S("error.disabled"), S("This account is disabled. Ask who manages it.") },
	{ S("error.invalid"), S("Something here is not right: {detail}") },
	{ S("error.no_choice"), S("Choose one.") },
	{ S("error.no_code"), S("Enter the code.") },
	{ S("error.no_factor"), S("A second step is needed, and you have none. Ask who manages this.") },
	{ S("error.no_password"), S("Enter your password.") },
	{ S("error.no_username"), S("Enter your name.") },
	{ S("error.passkey"), S("The passkey could not be used. Try again, or choose another way.") },
	{ S("error.password_history"), S("You used this password before. Choose another one.") },
	{ S("error.password_policy"), S("This password is too simple. {detail}") },
	{ S("error.refused"), S("{detail}") },
	{ S("error.sign_in"), S("The name or the password is not right.") },
	{ S("error.taken"), S("Somebody else uses this already.") },
	{ S("error.temporary_expired"), S("Your temporary password has expired. Ask for another one.") },
	{ S("error.too_many"), S("Too many attempts. Wait a while, then try again.") },
	{ S("error.unavailable"), S("This does not work at the moment. Try again in a while.") },
	{ S("error_page.lead"), S("Go back to the application and try again.") },
	{ S("error_page.title"), S("This page cannot be shown") },
	{ S("factor.app"), S("Authenticator app") },
	{ S("factor.email"), S("Code by email") },
	{ S("factor.lead"), S("Choose how to sign in.") },
	{ S("factor.passkey"), S("Passkey") },
	{ S("factor.password"), S("Password") },
	{ S("factor.sms"), S("Code by text message") },
	{ S("factor.title"), S("Sign in") },
	{ S("field.code"), S("Code") },
	{ S("field.email"), S("Email") },
	{ S("field.email_or_phone"), S("Email or phone number") },
	{ S("field.factor"), S("How") },
	{ S("field.new_password"), S("New password") },
	{ S("field.password"), S("Password") },
	{ S("field.phone"), S("Phone number") },
	{ S("field.username"), S("User name") },
	{ S("field.username_email_or_phone"), S("User name, email or phone number") },
	{ S("field.username_or_email"), S("User name or email") },
	{ S("field.username_or_phone"), S("User name or phone number") },
	{ S("hint.recovery_code"), S("A recovery code will do, too.") },
	{ S("hint.setup_email"), S("For codes by email.") },
	{ S("link.another_way"), S("Use another way") },
	{ S("link.forgot"), S("Forgot your password?") },
	{ S("link.resend"), S("Send another code") },
	{ S("link.sign_up"), S("Create an account") },
	{ S("link.start_again"), S("Start again") },
	{ S("login.title"), S("Sign in") },
	{ S("mfa.lead"), S("Choose how to show that it is you.") },
	{ S("mfa.title"), S("One more step") },
	{ S("new_password.lead"), S("Choose a password of your own before you go on.") },
	{ S("new_password.title"), S("New password") },
	{ S("notice.code_sent"), S("Another code is on its way.") },
	{ S("notice.expired"), S("That took too long. Please sign in again.") },
	{ S("passkey.lead"), S("Your device will ask you to confirm that it is you.") },
	{ S("passkey.title"), S("Sign in with a passkey") },
	{ S("password.title"), S("Enter your password") },
	{ S("setup.lead"), S("This account needs a second step. Choose one to set up.") },
	{ S("setup.title"), S("Set up a second step") },
	{ S("totp.lead"), S("Add this account to your app, then enter the code that it shows.") },
	{ S("totp.secret"), S("Or type this key:") },
	{ S("totp.title"), S("Set up your authenticator app") },
};

static lg_str
find(lg_str key)
{
	for (size_t i = 0; i < LG_LEN(english); i++) {
		if (lg_str_eq(english[i].key, key))
			return english[i].value;
	}
	return key;
}

static lg_str
value_of(const struct lg_text *text, lg_str name)
{
	for (size_t i = 0; i < LG_TEXT_ARGS; i++) {
		if (lg_str_eq(text->args[i].key, name))
			return text->args[i].value;
	}
	return LG_STR_NONE;
}

lg_status
lg_text_show(struct lg_ctx *cx, const struct lg_text *text, lg_str *ret)
{
	lg_str rest = find(text->key);
	struct lg_buf buf = lg_buf_start(cx, MAX_BYTES);
	while (lg_str_present(rest)) {
		lg_buf_put(&buf, lg_str_cut(&rest, '{'));
		if (lg_str_present(rest))
			lg_buf_put(&buf, value_of(text, lg_str_cut(&rest, '}')));
	}
	return lg_buf_finish(cx, &buf, ret);
}

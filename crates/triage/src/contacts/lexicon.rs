//! The words that tell who was in touch, how and how often, and the role of each.

use std::sync::LazyLock;

use crate::words::{Word, Words};

/// What a word says about contacts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    #[default]
    None,
    /// The writer as subject: "ich", "wir", "habe".
    Me,
    /// "mein", "unser".
    Mine,
    /// "Ihr", "euer".
    Yours,
    /// Somebody else did it: "hat", "wurde".
    Others,
    /// A contact: "Mail", "Schreiben", "Anruf".
    Note,
    /// Several of them.
    Notes,
    /// A contact that follows an earlier one: "Erinnerung", "Mahnung".
    Reminder,
    /// What began the matter: "Antrag", "Widerspruch".
    Filing,
    /// Was in touch: "geschrieben", "nachgefragt".
    Asked,
    /// Handed something in: "beantragt", "eingereicht".
    Filed,
    /// Is in touch now: "schreibe", "frage".
    Asking,
    /// "zweimal", and vaguely "mehrfach".
    Times(u8),
    /// "zwei".
    Count(u8),
    /// "dritte".
    Ordinal(u8),
    /// "for the third time" in one word.
    Nth(u8),
    /// "Mal", "time".
    Turn,
    /// A month, 1 to 12.
    Month(u8),
    /// "Woche", "Monat".
    Period,
    /// "letzte", "vorige".
    Last,
    /// "nochmals", "erneut".
    Again,
    /// What stands before a date that is still to come, or of another matter: "bis", "geboren".
    Until,
    /// "bekommen", "erhalten".
    Got,
    /// "unbeantwortet", "Reaktion".
    Unanswered,
    /// "wenn", "falls", "keine": no contact that took place.
    Unreal,
    /// "Rechnung", "Lieferant".
    Bill,
    /// "Untätigkeitsklage".
    Lawsuit,
    /// The laws that give it: "VwGO", "SGG".
    Act,
}

use Role::{
    Act, Again, Asked, Asking, Bill, Count, Filed, Filing, Got, Last, Lawsuit, Me, Mine, Month, Note, Notes,
    Nth, Ordinal, Others, Period, Reminder, Times, Turn, Unanswered, Unreal, Until, Yours,
};

/// Words and beginnings of words (with `*`); the first that fits counts.
#[rustfmt::skip]
const WORDS: &[(Role, &str)] = &[
    (Me, "ich i wir diesseits hab habe bin hob i've we've ja mia je j'ai nous я ми мы"),
    (Mine, "mein meine meinem meinen meiner meines unser unsere unserem unseren unserer unseres unsre my our \
        mes mon notre nos mis mój moje moja mojego nasze мій мої моя мой мои наш наші наши miei mia moja moje benim"),
    (Yours, "ihr ihre ihrem ihren ihrer ihres dein deine euer eure eurer eurem your votre vos"),
    (Others, "hat wurde wurden hatte"),
    (Note, "mail email anschreiben schreiben brief anfrage nachricht fax telefax anruf telefonat bitte meldung \
        hinweis sachstandsanfrage rückfrage eingabe kontakt kontaktaufnahme kontaktversuch \
        beschwerde aufforderung anforderung vorsprache besuch anzeige mitteilung hilferuf telefonanruf nummer nr \
        message letter call request inquiry enquiry contact complaint email mesaj mektup \
        courriel courrier lettre message demande lettera carta correo mensaje messaggio \
        pismo pisma list wiadomość mejl dopis zpráva лист письмо звернення обращение повідомлення сообщение \
        رسالة الرسالة scrisoare e-postam"),
    (Notes, "mails emails briefe anfragen nachrichten faxe anrufe telefonate meldungen hinweise \
        kontaktversuche beschwerden rückfragen nachfragen sachstandsanfragen anschreiben \
        erinnerungen mahnungen erinnerungsschreiben besuche vorsprachen telefonaten anrufen briefen \
        letters messages calls reminders requests inquiries enquiries courriers courriels lettres relances \
        rappels listy pisma листи письма cartas lettere"),
    (Reminder, "erinnerung mahnung nachfrage sachstandsnachfrage erinnerungsmail erinnerungsschreiben mahnschreiben \
        nachhaken zahlungserinnerung reminder follow relance rappel upomnienie ponaglenie urgence \
        нагадування напоминание sollecito recordatorio hatırlatma"),
    (Filing, "antrag antrags antr widerspruch einspruch bauantrag wohngeldantrag ausgangsantrag auskunftsersuchen \
        auskunftsverlangen erstantrag application objection claim antragstellung demande wniosek заява заявление \
        verlängerungsantrag einbürgerungsantrag kindergeldantrag elterngeldantrag bewerbung"),
    (Asked, "geschrieben angeschrieben nachgefragt gefragt angefragt erinnert angerufen gemailt telefoniert \
        nachgehakt gemeldet gefaxt kontaktiert gemahnt angemahnt vorgesprochen erkundigt nachgehört angesprochen \
        erfragt rückgefragt vorstellig schrieb erinnerte fragte mahnte bat meldete rief telefonierte \
        hingewiesen angemailt beschwert gewandt aufgefordert dort persönlich \
        wrote written asked emailed called contacted reported phoned reminded complained telephoned \
        écrit appelé relancé contacté téléphoné scritto chiamato escrito llamado pisałam pisałem dzwoniłam \
        dzwoniłem писала писав писал дзвонила дзвонив звонила звонил yazdım aradım psala psal كتبت pisao pisala"),
    (Filed, "beantragt gestellt eingereicht abgegeben geschickt gesendet hochgeladen eingelegt zugesandt übersandt \
        nachgereicht eingeworfen vorgelegt erhoben übermittelt submitted applied sent filed"),
    (Asking, "schreibe schreib frage frag erinnere melde bitte fordere ruf rufe mahne mahn wende hake teile sende schicke \
        reiche übersende weise versuche beantrage anfrage anfragen nachfragen nachfrage write writing asking ask \
        écris scrivo escribo piszę пишу yazıyorum píšu urguji pišem pitam звертаюся обращаюсь gefrogt frog"),
    (Times(2), "zweimal 2mal twice doppelt двічі дважды mehrfach mehrfache mehrfacher mehrfachen mehrfaches mehrmals \
        mehrmalige mehrmaliger mehrmaligen mehrmaligem wiederholt wiederholte wiederholter wiederholten wiederholtem \
        öfter öfters x-mal xmal zigmal unzählige unzähligen zahlreiche zahlreicher zahlreichen \
        repeatedly zweimaliger zweimalige مرتين dvakrát dwukrotnie deux-fois vielfach"),
    (Times(3), "dreimal 3mal dreimalige dreimaliger тричі трижды"),
    (Times(4), "viermal 4mal"), (Times(5), "fünfmal 5mal"), (Times(6), "sechsmal 6mal siebenmal achtmal neunmal zehnmal"),
    (Count(1), "ein eine einen einem einer"),
    (Count(2), "zwei zweier beide beiden two both deux dwa dwie due dos mehrere mehreren mehrerer etliche etlichen diverse \
        diversen several"),
    (Count(3), "drei dreier three trois trzy tre tres"), (Count(4), "vier four quatre"), (Count(5), "fünf five"),
    (Count(6), "sechs sieben acht neun zehn"),
    (Ordinal(1), "erste ersten erster erstes first"),
    (Ordinal(2), "zweite zweiten zweiter zweites second deuxième zweitmalige друге второе"),
    (Ordinal(3), "dritte dritten dritter drittes third 3rd 3te 3ter 3ten troisième terza terzo tercera tercer trzeci trzecia trzecie \
        trzeciego третій третя третє третий третье третье третьего третій treći treća treće třetí τρίτη τρίτο \
        üçüncü ثالثة الثالثة الثالث treia terceira"),
    (Ordinal(4), "vierte vierten vierter viertes fourth 4th 4te 4ten quatrième quarta cuarta czwarty czwarta четвертий четверте четвёртый \
        четвертый четвёртое dördüncü الرابعة رابعة čtvrtý čtvrtá četvrti četvrto"),
    (Ordinal(5), "fünfte fünften fünfter fünftes fifth sechste sechsten siebte siebten achte x-te x-ten xte xten zigste zigsten \
        cinquième quinta piąty пʼятий пятый beşinci umpteenth"),
    (Nth(3), "втретє втрете potřetí potretí drittmals triplement"), (Nth(4), "вчетверте počtvrté"),
    (Turn, "mal male moi time fois volta vez raz раз put kez defa kere للمرة المرة لمرة φορά lần oară"),
    (Month(1), "janu* jän* jan january січ* янв*"), (Month(2), "febr* feb feber شباط лют* фев*"), (Month(3), "märz maerz march mars мар* берез* آذار مارس marzec marca"),
    (Month(4), "apri* apr квіт* апр* نيسان kwiet*"), (Month(5), "mai may maja"), (Month(6), "juni june jun juin черв* июн* czerw*"),
    (Month(7), "juli july jul juillet лип* июл* lipca"), (Month(8), "augus* aug sierp*"), (Month(9), "septem* sept sep septem* верес* сент* wrze*"),
    (Month(10), "oktob* octob* okt oct жовт* окт* paźdz* október říjn* ottobre"), (Month(11), "novem* nov листопа* нояб* listopad*"),
    (Month(12), "dezem* dez decem* dec декаб* груд* grud*"),
    (Period, "woche monat wochen monaten week month montag dienstag mittwoch donnerstag freitag samstag sonntag"),
    (Last, "letzte letzten letzter vorige voriger vorigen vergangene vergangenen vergangener last vor"),
    (Again, "nochmal nochmals erneut wieder abermals zuletzt again erneute"),
    (Until, "bis ab until by spätestens geb geboren born gültig frist für zum beginnt endet endete"),
    (Got, "bekommen erhalten bekam erhielt erhielten bekamen kam kamen received got gekommen vorliegt zugestellt"),
    (Unanswered, "antwort unbeantwortet* reaktion reagiert geantwortet antworten vergeblich erfolglos reply replied answer response \
        ohne ignoriert unerledigt nichts niemand verhallt nie rückmeldung früheren bisherigen vorherigen vorangegangenen"),
    (Unreal, "wenn falls sollte sollten kein keine keinen if erst bevor wäre"),
    (Bill, "rechnung rechnungs* rechnungen lieferant* invoice zahlungseingang verbrauchsabrechnung skonto inkasso* gewinnspiel* gläubiger* hauptforderung"),
    (Lawsuit, "untätigkeitsklage* untätigkeitsbeschwerde* carence"),
    (Act, "vwgo sgg"),
];

static LEXICON: LazyLock<Words<Role>> = LazyLock::new(|| {
    let each = |(role, words): &'static (Role, &str)| words.split_whitespace().map(|word| (word, *role));
    Words::new(WORDS.iter().flat_map(each))
});

/// The role of a lower-case word.
pub(super) fn role_of(word: Word<'_>) -> Role {
    LEXICON.of(word).next().copied().unwrap_or_default()
}

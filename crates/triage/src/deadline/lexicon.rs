//! Words for months, weekdays, numbers and units of time, in lower case, in the languages people write in.

use jiff::civil::Weekday;

/// The month of a name, full, inflected or abbreviated; de, en, fr, es, it, nl, pt, ro, pl, tr, uk, ru, bg, sr/hr, sq, ar, fa.
pub(super) fn month(word: &str) -> Option<i8> {
    Some(match word {
        "januar" | "jan" | "jänner" | "january" | "janvier" | "enero" | "gennaio" | "januari" | "janeiro"
        | "ianuarie" | "stycznia" | "ocak" | "січня" | "января" | "януари" | "janar" | "januara"
        | "siječnja" | "يناير" | "ژانویه" => 1,
        "februar" | "feb" | "feber" | "february" | "février" | "febrero" | "febbraio" | "februari"
        | "fevereiro" | "februarie" | "lutego" | "şubat" | "лютого" | "февраля" | "февруари" | "shkurt"
        | "februara" | "veljače" | "فبراير" | "فوریه" => 2,
        "märz" | "maerz" | "mrz" | "mär" | "march" | "mar" | "mars" | "marzo" | "maart" | "março"
        | "martie" | "marca" | "mart" | "березня" | "марта" | "март" | "marta" | "ožujka" | "مارس" => {
            3
        }
        "april" | "apr" | "avril" | "abril" | "aprile" | "aprilie" | "kwietnia" | "nisan" | "квітня"
        | "апреля" | "април" | "prill" | "aprila" | "travnja" | "أبريل" | "ابريل" | "آوریل" => {
            4
        }
        "mai" | "may" | "mayo" | "maggio" | "mei" | "maio" | "maja" | "mayıs" | "травня" | "мая" | "май"
        | "maj" | "svibnja" | "مايو" | "مه" => 5,
        "juni" | "jun" | "june" | "juin" | "junio" | "giugno" | "junho" | "iunie" | "czerwca" | "haziran"
        | "червня" | "июня" | "юни" | "qershor" | "juna" | "lipnja" | "يونيو" | "ژوئن" => {
            6
        }
        "juli" | "jul" | "july" | "juillet" | "julio" | "luglio" | "julho" | "iulie" | "lipca" | "temmuz"
        | "липня" | "июля" | "юли" | "korrik" | "jula" | "srpnja" | "يوليو" | "ژوئیه" => {
            7
        }
        "august" | "aug" | "août" | "agosto" | "augustus" | "sierpnia" | "ağustos" | "серпня" | "августа"
        | "август" | "gusht" | "avgusta" | "kolovoza" | "أغسطس" | "اوت" => 8,
        "september" | "sep" | "sept" | "septembre" | "septiembre" | "settembre" | "setembro"
        | "septembrie" | "września" | "eylül" | "вересня" | "сентября" | "септември" | "shtator"
        | "septembra" | "rujna" | "سبتمبر" | "سپتامبر" => 9,
        "oktober" | "okt" | "october" | "oct" | "octobre" | "octubre" | "ottobre" | "outubro"
        | "octombrie" | "października" | "ekim" | "жовтня" | "октября" | "октомври" | "tetor" | "oktobra"
        | "listopada" | "أكتوبر" | "اكتوبر" | "اکتبر" => 10,
        "november" | "nov" | "novembre" | "noviembre" | "novembro" | "noiembrie" | "kasım" | "листопада"
        | "ноября" | "ноември" | "nëntor" | "novembra" | "studenog" | "نوفمبر" | "نوامبر" => {
            11
        }
        "dezember" | "dez" | "december" | "dec" | "décembre" | "diciembre" | "dicembre" | "dezembro"
        | "decembrie" | "grudnia" | "aralık" | "грудня" | "декабря" | "декември" | "dhjetor" | "decembra"
        | "prosinca" | "ديسمبر" | "دسامبر" => 12,
        _ => return None,
    })
}

/// The weekday of a name, also with a part of the day ("montagabend").
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match without_daytime(word) {
        "montag"
        | "monday"
        | "lundi"
        | "lunes"
        | "lunedì"
        | "maandag"
        | "luni"
        | "poniedziałek"
        | "poniedziałku"
        | "pazartesi"
        | "понеділок"
        | "понедельник"
        | "الاثنين"
        | "الإثنين"
        | "دوشنبه" => Weekday::Monday,
        "dienstag" | "tuesday" | "mardi" | "martes" | "martedì" | "dinsdag" | "marți" | "wtorek"
        | "wtorku" | "salı" | "вівторок" | "вторник" | "الثلاثاء" => Weekday::Tuesday,
        "mittwoch" | "wednesday" | "mercredi" | "miércoles" | "mercoledì" | "woensdag" | "miercuri"
        | "środa" | "środę" | "środy" | "çarşamba" | "середа" | "середу" | "среда" | "среду" | "الأربعاء" => {
            Weekday::Wednesday
        }
        "donnerstag" | "thursday" | "jeudi" | "jueves" | "giovedì" | "donderdag" | "joi" | "czwartek"
        | "czwartku" | "perşembe" | "четвер" | "четверг" | "الخميس" => Weekday::Thursday,
        "freitag" | "friday" | "vendredi" | "viernes" | "venerdì" | "vrijdag" | "vineri" | "piątek"
        | "piątku" | "cuma" | "ятниця" | "ятницю" | "ятниці" | "пятница" | "пятницу" | "пятницы"
        | "الجمعة" | "جمعه" => Weekday::Friday,
        "samstag" | "sonnabend" | "saturday" | "samedi" | "sábado" | "sabato" | "zaterdag" | "sâmbătă"
        | "sobota" | "sobotę" | "cumartesi" | "субота" | "суботу" | "суббота" | "субботу" | "السبت"
        | "شنبه" => Weekday::Saturday,
        "sonntag"
        | "sunday"
        | "dimanche"
        | "domingo"
        | "domenica"
        | "zondag"
        | "duminică"
        | "niedziela"
        | "niedzielę"
        | "pazar"
        | "неділя"
        | "неділю"
        | "воскресенье"
        | "الأحد" => Weekday::Sunday,
        _ => return None,
    })
}

fn without_daytime(word: &str) -> &str {
    let parts = ["vormittag", "nachmittag", "mittag", "abend", "morgen", "früh", "nacht"];
    let stem = parts.iter().find_map(|part| word.strip_suffix(part)).unwrap_or(word);
    if stem.ends_with("tag") || stem == "mittwoch" { stem } else { word }
}

/// The value of a number written out, up to what people write out before "Tage" and "Wochen".
pub(super) fn number(word: &str) -> Option<u32> {
    Some(match word {
        "ein" | "eine" | "einer" | "eines" | "einem" | "einen" | "one" | "a" | "an" | "un" | "une"
        | "bir" | "uno" | "una" => 1,
        "zwei" | "two" | "zweier" | "deux" | "iki" | "dos" | "due" | "dwóch" | "два" | "двох" | "twee" => {
            2
        }
        "drei" | "three" | "dreier" | "trois" | "üç" | "tres" | "tre" | "три" | "трьох" | "drie" => {
            3
        }
        "vier" | "four" | "quatre" | "dört" | "cuatro" | "quattro" => 4,
        "fünf" | "five" | "cinq" | "beş" => 5,
        "sechs" | "six" => 6,
        "sieben" | "seven" => 7,
        "acht" | "eight" => 8,
        "neun" | "nine" => 9,
        "zehn" | "ten" | "dix" | "on" => 10,
        "zwölf" | "twelve" => 12,
        "vierzehn" | "fourteen" | "quinze" => 14,
        "zwanzig" | "twenty" => 20,
        "einundzwanzig" => 21,
        "dreißig" | "thirty" => 30,
        "vierundzwanzig" => 24,
        "achtundvierzig" => 48,
        _ => return None,
    })
}

/// A unit in which periods are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Hour,
    Day,
    /// Days on which people work: Monday to Friday.
    Workday,
    Week,
    Month,
    Year,
}

/// The unit of a word.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "stunde" | "stunden" | "std" | "hours" | "hour" | "heures" | "saat" | "годин" | "часов" | "horas"
        | "ore" => Unit::Hour,
        "tag" | "tage" | "tagen" | "tages" | "tg" | "day" | "days" | "jours" | "gün" | "dni" | "днів"
        | "дней" | "días" | "giorni" | "dagen" | "zile" | "kalendertagen" | "أيام" | "يوما" => {
            Unit::Day
        }
        "werktag" | "werktage" | "werktagen" | "arbeitstag" | "arbeitstage" | "arbeitstagen" => Unit::Workday,
        "woche" | "wochen" | "week" | "weeks" | "semaine" | "semaines" | "hafta" | "tygodni" | "tygodnie"
        | "тижнів" | "тижні" | "недель" | "недели" | "semanas" | "settimane" | "weken" | "săptămâni" => {
            Unit::Week
        }
        "monat" | "monate" | "monaten" | "monats" | "month" | "months" | "mois" | "ay" | "miesiąca"
        | "місяця" | "месяца" | "mes" | "mese" | "maand" | "lună" | "monatsfrist" => Unit::Month,
        "jahr" | "jahre" | "jahren" | "jahres" | "year" | "years" => Unit::Year,
        _ => return None,
    })
}

/// A day with a name in the calendar: month and day.
pub(super) fn feast(word: &str) -> Option<(i8, i8)> {
    Some(match word {
        // Who writes "vor Weihnachten" means that it must be done by Christmas Eve.
        "heiligabend" | "heiligabends" | "weihnachten" | "christmas" => (12, 24),
        "silvester" => (12, 31),
        "neujahr" => (1, 1),
        "nikolaus" => (12, 6),
        _ => return None,
    })
}

//! The words of the lexicon, in lower case, in the languages that people write in, separated by spaces:
//! de, en, fr, es, it, nl, pt, ro, pl, tr, uk, ru, bg, sr/hr, sq, hu, el, ar, fa, vi.

use jiff::civil::Weekday;

use super::{Edge, Feast, Unit};

/// Months from January on: full, inflected, abbreviated, and as they are read out on the telephone.
#[rustfmt::skip]
pub(super) const MONTHS: [&str; 12] = [
    "januar jan jänner january janvier janv enero gennaio januari janeiro ianuarie stycznia styczeń ocak січня січень января январь януари janar januara siječnja január ιανουαρίου jänners يناير ژانویه",
    "februar feb feber february février févr fevrier febrero febbraio februari fevereiro februarie lutego luty şubat лютого лютий февраля февраль февруари shkurt februara veljače február φεβρουαρίου شباط فبراير فوریه",
    "märz maerz mrz mär march mar mars marzo maart março martie marca marzec mart березня березень марта март marta ožujka március μαρτίου آذار مارس",
    "april apr avril avr abril aprile aprilie kwietnia kwiecień nisan квітня квітень апреля апрель април prill aprila travnja április απριλίου نيسان أبريل ابريل إبريل آوریل",
    "mai may mayo maggio mei maio maja mayıs травня травень мая май maj svibnja május μαΐου أيار ايار مايو مه",
    "juni juno jun june juin junio giugno junho iunie czerwca czerwiec haziran червня червень июня июнь юни qershor juna lipnja június ιουνίου حزيران يونيو ژوئن јуна",
    "juli julei jul july juillet juil julio luglio julho iulie lipca lipiec temmuz липня липень июля июль юли korrik jula srpnja július ιουλίου تموز يوليو ژوئیه",
    "august aug août aout agosto augustus sierpnia sierpień ağustos серпня серпень августа август gusht avgusta avgust kolovoza augusztus αυγούστου آب أغسطس اغسطس اوت",
    "september sep sept septembre septiembre settembre setembro septembrie września wrzesień eylül вересня вересень сентября сентябрь септември shtator septembra septembar rujna szeptember σεπτεμβρίου أيلول ايلول سبتمبر سپتامبر",
    "oktober okt october oct octobre octubre ottobre outubro octombrie października październik ekim жовтня жовтень октября октябрь октомври tetor oktobra oktobar listopada október οκτωβρίου أكتوبر اكتوبر اکتبر",
    "november nov novembre noviembre novembro noiembrie listopadzie kasım листопада листопад ноября ноябрь ноември nëntor novembra novembar studenog studenoga νοεμβρίου نوفمبر نوامبر",
    "dezember dez december dec décembre déc diciembre dicembre dezembro decembrie grudnia grudzień aralık грудня грудень декабря декабрь декември dhjetor decembra decembar prosinca δεκεμβρίου ديسمبر دسامبر",
];

#[rustfmt::skip]
pub(super) const WEEKDAYS: &[(Weekday, &str)] = &[
    (Weekday::Monday, "montag monday lundi lunes lunedì lunedi maandag luni poniedziałek poniedziałku poniedziałkiem pazartesi pazartesiye понеділок понеділка понедельник понедельника понеделник ponedeljak ponedjeljak ponedeljka ponedjeljka hétfőn δευτέρα الاثنين الإثنين دوشنبه"),
    (Weekday::Tuesday, "dienstag tuesday tues mardi martes martedì martedi dinsdag marți wtorek wtorku wtorkiem salı salıya вівторок вівторка вторник вторника utorak utorka kedden الثلاثاء"),
    (Weekday::Wednesday, "mittwoch wednesday mercredi miércoles mercoledì mercoledi woensdag miercuri środa środę środy środą çarşamba çarşambaya середа середу середи среда среду среды сряда sreda sredu srede srijeda srijedu srijede szerdán τετάρτη الأربعاء الاربعاء"),
    (Weekday::Thursday, "donnerstag thursday thu thurs jeudi jueves giovedì giovedi donderdag joi czwartek czwartku czwartkiem perşembe perşembeye четвер четверга четверг четвъртък četvrtak četvrtka csütörtökön πέμπτη الخميس"),
    (Weekday::Friday, "freitag friday fri vendredi viernes venerdì venerdi vrijdag vineri piątek piątku piątkiem cuma cumaya пʼятниця ятниця ятницю ятниці пятница пятницу пятницы петък petak petka pénteken παρασκευή الجمعة جمعه"),
    (Weekday::Saturday, "samstag sonnabend saturday samedi sábado sabato zaterdag sâmbătă sobota sobotę soboty cumartesi cumartesiye субота суботу суботи суббота субботу субботы събота subota subotu subote szombaton σάββατο السبت شنبه"),
    (Weekday::Sunday, "sonntag sunday dimanche domingo domenica zondag duminică niedziela niedzielę niedzieli pazar pazara неділя неділю неділі воскресенье воскресенья nedelja nedjelja nedelju nedjelju vasárnap κυριακή الأحد الاحد"),
];

#[rustfmt::skip]
pub(super) const NUMBERS: &[(u32, &str)] = &[
    (1, "o ein eine einer eines einem einen one a an un une bir uno una één een jednego один одного одной един една jednog jedan một"),
    (2, "zwei two zweier deux iki dos due dwóch dwa dwie два двох две двух двама двe twee două dva dvije dve hai"),
    (3, "drei three dreier trois üç tres tre trzy trzech три трьох трех трёх drie trei tri ba"),
    (4, "vier four quatre dört cuatro quattro cztery czterech чотири чотирьох четыре четырех четири vier patru četiri bốn"),
    (5, "fünf five cinq beş cinco cinque pięć пять пяти пет vijf cinci pet năm"),
    (6, "sechs six altı seis sześć шість шесть шест zes şase šest sáu"),
    (7, "sieben seven sept yedi siete sette siedem сім семь седем zeven șapte sedam bảy"),
    (8, "acht eight huit sekiz ocho otto osiem вісім восемь осем opt osam tám"),
    (9, "neun nine neuf dokuz nueve nove"),
    (10, "zehn ten dix on diez dieci dziesięć десять десет tien zece deset mười"),
    (11, "elf eleven onze"),
    (12, "zwölf twelve douze"),
    (13, "dreizehn thirteen"),
    (14, "vierzehn fourteen quatorze catorce quattordici czternaście czternastu"),
    (15, "fünfzehn fifteen quinze quince quindici"),
    (16, "sechzehn sixteen"),
    (17, "siebzehn"),
    (18, "achtzehn eighteen"),
    (19, "neunzehn"),
    (20, "zwanzig twenty vingt veinte venti"),
    (21, "einundzwanzig"),
    (24, "vierundzwanzig"),
    (25, "fünfundzwanzig"),
    (28, "achtundzwanzig"),
    (30, "dreißig dreissig thirty trente treinta trenta"),
    (40, "vierzig forty"),
    (45, "fünfundvierzig"),
    (48, "achtundvierzig"),
    (60, "sechzig sixty"),
    (90, "neunzig ninety"),
    (72, "zweiundsiebzig"),
];

/// First to thirty-first, as they stand before a month.
#[rustfmt::skip]
pub(super) const ORDINALS: [&str; 31] = [
    "ersten erster", "zweiten zweiter", "dritten dritter", "vierten vierter", "fünften fünfter",
    "sechsten sechster", "siebten siebenten siebter", "achten achter", "neunten neunter", "zehnten zehnter",
    "elften elfter", "zwölften zwölfter", "dreizehnten dreizehnter", "vierzehnten vierzehnter",
    "fünfzehnten fünfzehnter", "sechzehnten sechzehnter", "siebzehnten siebzehnter",
    "achtzehnten achtzehnter", "neunzehnten neunzehnter", "zwanzigsten zwanzigster",
    "einundzwanzigsten einundzwanzigster", "zweiundzwanzigsten", "dreiundzwanzigsten",
    "vierundzwanzigsten", "fünfundzwanzigsten", "sechsundzwanzigsten", "siebenundzwanzigsten",
    "achtundzwanzigsten", "neunundzwanzigsten", "dreißigsten dreissigsten",
    "einunddreißigsten einunddreissigsten",
];

/// Units; those with a number above 0 are so many by themselves after a word that opens a period.
#[rustfmt::skip]
pub(super) const UNITS: &[(Unit, u32, &str)] = &[
    (Unit::Hour, 0, "stunde stunden std h hours hour hrs heures saat godzin godziny годин часов часа horas ore uur sati ساعة"),
    (Unit::Day, 0, "tag tage tagen tages tg day days jour jours gün dni днів дні дней дня дни días dias giorni dagen zile kalendertagen kalendertage dana أيام ايام يوما يوم ngày"),
    (Unit::Day, 2, "يومين"),
    (Unit::Day, 15, "quinzaine"),
    (Unit::Workday, 0, "werktag werktage werktagen arbeitstag arbeitstage arbeitstagen bankarbeitstag bankarbeitstage bankarbeitstagen werkdagen"),
    (Unit::Week, 0, "woche wochen week weeks semaine semaines hafta tygodni tygodnie тижнів тижні недель semana semanas settimana settimane weken săptămâni săptămâna nedelje tjedna sedmice седмици أسابيع tuần"),
    (Unit::Week, 1, "wochenfrist tydzień tygodnia тиждень тижня неделю недели седмица أسبوع اسبوع الأسبوع tjedan tjedan"),
    (Unit::Week, 2, "fortnight أسبوعين اسبوعين"),
    (Unit::Month, 0, "monat monate monaten monats month months mois ay mes mese mesi meses maand maanden lună lunii miesięcy miesiące місяців місяці месяцев месеца meseca mjeseca أشهر tháng"),
    (Unit::Month, 1, "monatsfrist miesiąc miesiąca місяць місяця месяц месяца месец mesec mjesec شهر الشهر"),
    (Unit::Month, 2, "شهرين"),
    (Unit::Quarter, 0, "quartal quartals quarter trimestre"),
    (Unit::Year, 0, "jahr jahre jahren jahres year years année año anno jaar"),
    (Unit::Year, 1, "jahresfrist"),
    (Unit::CalendarWeek, 0, "kw kalenderwoche cw"),
];

#[rustfmt::skip]
pub(super) const NEAR: &[(i32, &str)] = &[
    (0, "heute heut aujourd today tonight bugün bugüne dzisiaj dziś сьогодні сегодня hoy oggi vandaag astăzi azi hoje danas днес σήμερα sot اليوم امروز"),
    (1, "morgen tomorrow tmrw demain yarın yarına jutro jutra завтра domani mâine mañana amanhã sutra غدا غداً فردا утре nesër αύριο"),
    (2, "übermorgen uebermorgen pojutrze послезавтра післязавтра overmorgen dopodomani poimâine prekosutra вдругиден"),
    (3, "überübermorgen überuebermorgen"),
];

/// Two and more words that are one day, by their first.
#[rustfmt::skip]
pub(super) const PHRASES: &[(&[&str], i32)] = &[
    (&["day", "after", "tomorrow"], 2), (&["après", "-", "demain"], 2), (&["pasado", "mañana"], 2),
    (&["öbür", "gün"], 2), (&["بعد", "غد"], 2), (&["ngày", "mai"], 1), (&["hôm", "nay"], 0),
    (&["ngày", "kia"], 2), (&["esta", "noite"], 0), (&["esta", "noche"], 0), (&["ce", "soir"], 0),
    (&["stasera"], 0), (&["this", "evening"], 0), (&["this", "afternoon"], 0), (&["end", "of", "business"], 0),
];

/// Who writes "vor Weihnachten" means that it must be done by Christmas Eve.
#[rustfmt::skip]
pub(super) const FEASTS: &[(Feast, &str)] = &[
    (Feast::Fixed(12, 24), "heiligabend heiligabends weihnachten weihnacht weihnachtstag weihnachtstage weihnachtstagen weihnachtsfest christmas xmas noël natale navidad"),
    (Feast::Fixed(12, 31), "silvester sylvester"),
    (Feast::Fixed(1, 1), "neujahr"),
    (Feast::Fixed(1, 6), "dreikönig dreikönigstag"),
    (Feast::Fixed(10, 31), "reformationstag"),
    (Feast::Fixed(11, 1), "allerheiligen"),
    (Feast::Fixed(12, 6), "nikolaus nikolaustag"),
    (Feast::Easter(-48), "rosenmontag"),
    (Feast::Easter(-46), "aschermittwoch"),
    (Feast::Easter(-3), "gründonnerstag"),
    (Feast::Easter(-2), "karfreitag"),
    (Feast::Easter(-1), "karsamstag"),
    (Feast::Easter(0), "ostern ostersonntag easter pâques pasqua"),
    (Feast::Easter(1), "ostermontag"),
    (Feast::Easter(39), "himmelfahrt himmelfahrtstag"),
    (Feast::Easter(49), "pfingsten pfingstsonntag"),
    (Feast::Easter(50), "pfingstmontag"),
    (Feast::Easter(60), "fronleichnam"),
];

#[rustfmt::skip]
pub(super) const EDGES: &[(Edge, &str)] = &[
    (Edge::Begin, "anfang beginning début"),
    (Edge::Middle, "mitte mid middle"),
    (Edge::End, "ende end fin fine ausgang laufe kraja краја końca koniec кінця конца края sfârșitul finalul einde eind cuối hết نهاية"),
];

#[rustfmt::skip]
pub(super) const COMPOUNDS: &[(Edge, Unit, &str)] = &[
    (Edge::End, Unit::Month, "monatsende monatsletzten monatswechsel monatsschluss ultimo"),
    (Edge::End, Unit::Quarter, "quartalsende quartalsschluss"),
    (Edge::End, Unit::Year, "jahresende jahreswechsel jahresschluss"),
    (Edge::End, Unit::Week, "wochenende wochenendes"),
];

/// How many units later the one is that is meant.
#[rustfmt::skip]
pub(super) const LATER: &[(i32, &str)] = &[
    (0, "des der dieser dieses diesen diesem die diese of the this laufenden aktuellen du de la del le d het van this tego bieżącego цього этого ovog zum dem nay"),
    (1, "nächster nächsten nächstes nächste nächstem kommender kommenden kommendes kommende folgenden next coming prochain prochaine prossimo prossima próximo próxima przyszłego наступного следующего следващия viitoare sljedećeg sledećeg volgende"),
    (2, "übernächster übernächsten übernächste übernächstes"),
];

/// Words that open a length of time, whatever stands between.
pub(super) const STRONG: &str = "binnen innerhalb innert within sous entro протягом упродовж течение \
    ciągu terminie zeitraum termen roku срок délai plazo خلال vòng trong în ablauf";

/// Words that open one only where the number follows.
pub(super) const WEAK: &str = "in dans en за через za w до fra tra po într";

#[rustfmt::skip]
pub(super) const FILLERS: &str =
    "von der den des nächsten kommenden the next of spätestens längstens maximal höchstens ca les d de di \
      délai ungefähr nur noch od от vòng termen frist gut rund circa plazo about";

pub(super) const OVER: &str = "letzten letzter letztes letzte vergangenen vergangener vorigen voriger last \
    dernier dernière jeden jeder every each seit since chaque każdy каждый";

/// Words that begin a mention by their neighbours, or by themselves.
pub(super) const BEGINNINGS: &str = "noch frist zahlungsziel zahlbar dienstschluss büroschluss heutigen heutiger \
    morgigen morgiger vortag day après pasado öbür بعد ngày hôm esta ce stasera this end thứ п mo di mi do fr \
    sa so mediados";

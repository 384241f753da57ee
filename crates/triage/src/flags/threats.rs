//! `gefahr`, continued: weapons, bombs, fire, and threats that name no deed.

use super::scan::{Cue, Pattern, pattern};

/// What people with a licence, a find or an inheritance write of weapons.
const LAWFUL: &str = "waffenschein|waffenbesitzkarte|wbk|jäger|jägerin|jagd|jagdschein|geerbt|erbe|abgeben|abgegeben|gefunden|fund\
    |verein|schützenverein|sportschütze|kontrolle|aufbewahrung|waffenbehörde|abgabe|permit|licence|license|club|eintragen|vernichtung";

/// What war left behind.
const OLD_BOMBS: &str = "weltkrieg|weltkriegs|weltkriegsbombe|fliegerbombe|blindgänger|entschärft|entschärfung|kampfmittel|stimmung";

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    pattern(Cue::Danger, "waffe|pistole|gewehr|messer|axt|beil|machete|handgranate|molotowcocktail|revolver|knarre|schrotflinte", &["komme|komm|kommt|mitbringen|mitbringe|mitgebracht|bedroht|bedrohte|gedroht|droht|bedrohen|bauch|hals|kehle|rücken|angegriffen|hole"], LAWFUL),
    pattern(Cue::Danger, "messer", &["steche|stech|sticht|ramme|stechen"], LAWFUL),
    pattern(Cue::Danger, "bombe|bomben|sprengsatz|sprengsätze", &["liegt|liegen|lege|legen|gelegt|hoch|hochgehen|hochgeht|explodiert|explodieren|deponiert|platziert|zünde|zünden|baue|gebaut|drohung"], OLD_BOMBS),
    pattern(Cue::DangerNamed, "bombendrohung|amoklauf|morddrohung*|todesdrohung*|blutbad|massaker", &[], "übung|fehlalarm|konzept|schulung|seminar|gedenken|gedenktafel|leitfaden"),
    pattern(Cue::Danger, "amok", &["läuft|laufe|laufen|gelaufen"], "übung|konzept"),
    pattern(Cue::Danger, "in die luft", &["jage|jagen|sprenge|sprengen|fliegt|fliegen|gejagt"], "ballon|luftballons|tauben"),
    pattern(Cue::Danger, "es|gibts tote", &["gibt|gibts|geben|wird"], "kreuzung|straße|verkehr|raser|ampel|kurve|radweg|bahnübergang|unfall|autos|zebrastreifen"),
    pattern(Cue::Danger, "brennen", &["werdet|sollt", "ihr|alle"], ""),
    pattern(Cue::Danger, "anzünden|zünde|zünd|niederbrennen|abfackeln|angezündet|fackel|fackle", &["euch|mich|rathaus|amt|bude|laden|gebäude|haus|sie|auto|büro", "ich|wir|werde|man|jemand|droht|gedroht"], "darf|dürfen|feuerwerk|kerze|kerzen|laub|grill|kamin|osterfeuer|lagerfeuer|ofen"),
    pattern(Cue::Danger, "an die wand", &["stellen|gestellt", "alle|euch|sie|erschießen"], ""),
    pattern(Cue::Danger, "galgen", &["euch|sie|alle|gehört|gehören"], ""),
    pattern(Cue::Danger, "wo sie|du|ihr|er wohnen|wohnst|wohnt|wohnhaft", &["weiß|weiss|wissen", "ich|wir"], "nicht|kein"),
    pattern(Cue::Danger, "ihrer|deiner|eurer|ihren|deinen|euren familie|kindern", &["passiert|zustößt|geschieht|sehen|antun"], "versicher*|helfen"),
    pattern(Cue::Danger, "zähne|fresse|schädel|kiefer|knochen", &["schlage|schlag|einschlagen|poliere|polier|polieren|brech|hau|haue"], "zahnarzt|zahn|krankenkasse"),
    pattern(Cue::Danger, "krankenhausreif|zusammenschlagen|verprügeln|verprügelt|verprügle", &["ich|euch|dich|sie|mich|ihn|uns|kind|kinder"], ""),
    pattern(Cue::Danger, "schlägt|würgt|verprügelt", &["mann|vater|freund|partner|exmann|ehemann|mutter", "mich|kind|kinder|sie|uns|sohn|tochter"], "vor|nicht"),
    pattern(Cue::Danger, "dem tod|tode", &["bedroht|droht|drohen|gedroht"], ""),
    pattern(Cue::Danger, "kugel", &["kopf"], "lager"),
    pattern(Cue::Danger, "lebend raus|heraus|davon|hinaus", &["keiner|niemand|nicht"], ""),
    pattern(Cue::Danger, "für alle schluss", &[], "feier|heute"),
    pattern(Cue::Danger, "dann knallts|knallt|knallte", &[], "sekt|korken|feuerwerk|silvester"),
    pattern(Cue::Danger, "schon mal verabschieden", &["kann|können|soll|sollen"], "urlaub"),
    pattern(Cue::Danger, "der welt schaffen", &["sich|mich|euch|ihn"], "missverständnis|problem|irrtum|fehler|angelegenheit|sache|streit"),
    pattern(Cue::Danger, "hammer|baseballschläger|knüppel|schlagstock", &["bringe|mitbringe|mitbringen|bring", "mit|dann|ich"], "handwerker|werkzeug|nägel"),
    pattern(Cue::Danger, "abstellen|parken|parkst|parkt", &["weiß|weiss", "wo", "ich|wir"], "nicht|nie|kein"),
    // Other languages.
    pattern(Cue::Danger, "bomb|bombs|explosive|explosives", &["building|office|planted|explode|placed|hall|in|there"], OLD_BOMBS),
    pattern(Cue::Danger, "gun|knife|weapon|rifle", &["come|coming|bring|bringing", "will|going|i"], LAWFUL),
    pattern(Cue::Danger, "shoot|stab|strangle|murder you|everyone|them|myself|him|her|me|somebody|someone", &[], "film|photo|camera"),
    pattern(Cue::Danger, "burn|blow", &["you|office|building|house|yourself|myself", "will|going|gonna|ll", "down|up|yourself|myself|you"], ""),
    pattern(Cue::Danger, "where you live|work", &["know"], "don|not"),
    pattern(Cue::Danger, "bomba|bombayı|bombę|bomby|бомба|бомбу|قنبلة", &[], "imbas"),
    pattern(Cue::Danger, "bombe", &["une|la", "mairie|bâtiment|bureau|bureaux|posé|exploser|explosera"], OLD_BOMBS),
    pattern(Cue::Danger, "yakacağ*|bıçaklayaca*|vuracağım", &["sizi|seni|binayı|kendimi|hepinizi|onu"], ""),
    pattern(Cue::Danger, "zastrzelę|podpalę|wysadzę|powieszę|zadźgam", &[], ""),
    pattern(Cue::Danger, "poignarder|égorger|brûler", &["vous|te|les|tous|mairie|me"], "interdit|déchets"),
    pattern(Cue::Danger, "سأفجر|سأحرق|سأذبح", &[], ""),
];

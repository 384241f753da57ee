//! Word families: what may be harmed, what happens to it, and what takes a harm back.

use crate::words::Words;

/// Families as bits, so that a sentence is one number.
pub(super) type Families = u128;

macro_rules! families {
    ($($name:ident $weight:literal: $words:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the families' names, to count them")]
        enum Place { $($name),* }
        $(pub(super) const $name: Families = 1 << (Place::$name as u8);)*

        /// The words of each family.
        const LISTS: &[(Families, &str)] = &[$(($name, $words)),*];

        /// What each family adds by standing anywhere in the mail, in the order of their bits.
        const WEIGHTS: &[f64] = &[$($weight),*];
    };
}

// Log-odds fitted on the training files, then the words: separated by blanks; `*` at the end stands for any
// ending (of words of four bytes or more).
#[rustfmt::skip]
families! {
    // Things that people need.
    HEATING -0.3: "heizung heizungen heizungsanlage heizkörper heizkessel heizöl fernwärme öltank brenner therme gastherme warmwasser heizen heizt heating boiler radiators chauffage kalorifer ısıtma опалення отоплен* отоплення батареи ogrzewani* التدفئة riscaldamento încălzire calefacción ngrohje ngrohja aquecimento ofen kessel wärme nachtspeicher heizlüfter soba sobası odun pellets briketts brennholz heizmaterial heizungsrohr heizungskeller";
    POWER 0.1: "strom stromversorgung stromanschluss elektrizität electricity power elektrik elektriği elektrikler prąd prądu електрик* электричеств* свет света світло світла électricité courant الكهرباء corriente energie luce electricidad rrymë rryma licht steckdose steckdosen stromzähler kühlung";
    GAS 0.5: "gas gasleitung gashahn gasrohr gasanschluss gasflasche gaz gás газ газу газа الغاز doğalgaz gazu газом газе газопровод";
    WATER -0.2: "wasser trinkwasser leitungswasser wasserversorgung wasseranschluss wasserhahn water sular suyu воды вода воду woda wody eau الماء acqua agua";
    SUPPLY_GONE 0.2: "heizungsausfall stromsperre stromsperrung gassperre gassperrung wassersperre versorgungssperre stromausfall energiesperre liefersperre heizungsdefekt sperrandrohung heizungsausfalls abklemmen stromabschaltung abschaltung energieschulden stromschulden zählersperre zählerausbau";
    HOME 0.3: "wohnung unterkunft bleibe zuhause obdach zimmer schlafplatz mietwohnung heimplatz pensionszimmer flat apartment home shelter ev evim evden квартир* житл* mieszkani* logement شقة المنزل السكن casa dach";
    EVICTED 0.3: "räumung zwangsräumung räumungsklage räumungstitel räumungstermin räumungsurteil gerichtsvollzieher gerichtsvollzieherin rausgeworfen rausgeschmissen rausgeflogen rausschmeiß* rauswurf hinausgeworfen eviction evicted evict tahliye eksmisj* выселя* виселя* expulsion expulsés sfratto desahucio zwangsgeräumt geräumt delogiert räumungsbescheid räumungsverfügung räumungsmitteilung";
    NO_TERMS 0.1: "fristlos fristlose fristloser fristlosen fristgerecht gekündigt kündigung kündigungsschreiben";
    HOMELESS 0.2: "obdachlos obdachlose obdachlosigkeit wohnungslos wohnungslosigkeit notunterkunft notschlafstelle homeless evsiz бездомн* безпритульн* bezdomn* kältebus notübernachtung wohnsitzlos unbewohnbar abgebrannt ausgebrannt ausgesperrt obdach";
    SLEEP 0.3: "schlafe schlafen schläft übernachte übernachten übernachtet übernachtung sleep sleeping dormir dors uyuyor* ночую спать сплю spać śpię";
    OUTSIDE 0.2: "straße strasse draußen draussen auto brücke parkbank bahnhof zelt keller garage treppenhaus laube street outside car tent rue dehors sokakta улице вулиці ulicy";
    MONEY -0.2: "geld konto einkommen lohn gehalt rente leistungen leistung bürgergeld grundsicherung unterhalt money account cash income para param paramız денег деньги грошей гроші pieniędzy pieniądze argent dinero soldi المال مال فلوس bani lekë euro cent dispokredit arbeitslosengeld kindergeld sozialhilfe krankengeld wohngeld auszahlung pennies zahlung";
    EAT -0.2: "essen lebensmittel lebensmittelgutschein lebensmittelgutscheine kühlschrank hunger hungern hungrig windeln babynahrung milchpulver säuglingsnahrung nudeln brot mahlzeit gegessen lebensunterhalt tafel food eat hungry milk yemek yiyecek еды есть еда їжі їсти їжа продукты jedzenie jedzenia jeść manger nourriture طعام الطعام أكل mangiare comida comer bukë ushqim mâncare satt ernähren einkaufen kühlschrank mittagessen gegessen hungernd fressen nahrung ravioli grundnahrungsmittel tafelladen hungert hungrige pampers";
    NONE 0.0: "kein keine keinen keiner keinem keinerlei nichts nix leer leere ohne weder kaum null no without nothing empty yok нет немає нема ничего нічого brak żadnych rien sans plus لا ليس sin niente senza nada sem fără asnjë nuk nothing aucun keins nirgends aufgebraucht нету";
    NOT -0.2: "nicht nimmer nie not don doesn isn won не nie pas değil";
    FROZEN 0.1: "gepfändet kontopfändung lohnpfändung pfändung pfändet eingefroren kontosperrung gesperrt dispo überzogen seized frozen garnished blocked";
    COLD -0.1: "kalt kalte kalten kälte friert frieren friere frost eiskalt minus auskühlt unterkühlt erfriert erfrieren erfroren freezing cold froid soğuk холод* zimno frig freddo frío ftohtë erkältet sıfırın eksi мороз dondu";
    DEGREES 0.7: "grad degrees derece градус* stopni degrés zimmertemperatur";
    OUT -0.1: "ausgefallen ausfall ausfällt kaputt defekt abgestellt abgedreht zugedreht abgeklemmt abgeschaltet ausgeschaltet gekappt gesperrt sperrung sperre sperren sperrt abgesperrt abgeschnitten lahmgelegt stillgelegt aus cut off broken disconnected kesik kesildi kesti bozuk çalışmıyor coupé coupée coupés відключ* отключ* відсутн* wyłącz* odcięl* odcięt* قطع مقطوعة staccato cortado trocken قطعت gesperrte unterbrochen kapatıldı kesik stepped tot";
    GOES 0.1: "läuft funktioniert geht springt tut heizt works working работает працює działa marche fonctionne";
    EMPTY -0.4: "leer aufgebraucht ausgegangen alle empty";

    // People.
    FRAIL 0.7: "baby babys säugling säuglinge säuglingen neugeborene neugeborenes neugeborenen neugeborener kleinkind kleinkinder schwanger schwangere hochschwanger pflegebedürftig pflegebedürftige pflegebedürftigen bettlägerig bettlägerige beatmet beatmung beatmungsgerät sauerstoffgerät insulin dement demente dementen demenz rollstuhl gelähmt asthma palliativ newborn infant pregnant bebek bebeğim bebeğimiz немовля* младен* грудн* niemowl* bébé nourrisson رضيع neonato bebé bebek frühchen zwillinge hebamme wochenbett frühgeborene pflegegrad gehbehindert bettlägerigen bettlägeriger dialyse haftalık тижнів sauerstoffkonzentrator heimbeatmet heimbeatmete atemgerät beatmungspatient";
    CHILD 0.4: "kind kinder kindern kindes kinds junge jungen mädchen tochter töchter sohn söhne enkel enkelin bub kleinen kleine schulkinder schulkind schüler kitakinder erstklässler jugendliche minderjährig minderjährige säugling baby child children kid kids son daughter boy girl çocuk çocuklar çocuğum çocukları дитина діти дітей дети детей ребенок ребёнок дитину dziecko dzieci enfant enfants طفل أطفال الأطفال bambino bambini copil copii fëmijë niño niños criança schülerin schüler kleiner kleines bruder brüder schwester zwilling nichte neffe oğlum kızım сину сын синові дочь дочери внучке внук fëmija fëmijën fiica fils fille синок enkelkind hortkinder pfadfinder krippenkinder erstklässlerin mama minderjähriger teenager jugendlicher pflegekind pflegekinder";
    ELDER -0.1: "nachbarin nachbar rentner rentnerin seniorin senior oma opa mieterin mieter dame bewohner bewohnerin mutter vater frau herr greis neighbour neighbor сусід* сосед* sąsiad* voisin voisine komşu";
    PLACE 0.4: "kita kindergarten krippe schule grundschule schulweg schulhof spielplatz spielplatzes sandkasten bushaltestelle haltestelle gehweg gehsteig bürgersteig radweg fußweg fußgänger passanten pausenhof pflegeheim altenheim freibad schulbus wohngebiet school playground kindergarten nursery sidewalk pavement pedestrians école szkoł* школ* okul садик* садок przedszkol* seniorenheim altersheim kindergartens krippe spielgruppe turnhalle treppe rampe waldkita dialysepraxis krankenhaus klinik seniorenresidenz szkoły шкільн* zebra skatepark fußgängerzone badestelle hort kinderzimmer wohnhaus wohnhauses campingplatz marktplatz kinderheim flüchtlingsheim wohnheim";
    CAN_NOT 0.1: "allein alleine unbeaufsichtigt eingesperrt verwahrlost verwahrloste vernachlässigt vernachlässigung unversorgt alone neglected unattended yalnız сам сама одни seul seuls samo sami barfuß schlafanzug nachthemd alkoholisiert barfuss unversorgte fensterbank fenstersims brüstung mutterseelenallein verwaist";
    CRIES -0.1: "schreit schreien schreie weint weinen wimmert ruft hunger crying screaming cries plače";
    MISSING -0.3: "vermisst vermisse vermissen verschwunden abgängig spurlos missing kayıp зник* пропал* zaginął zaginęła disparu zurückgekommen heimgekommen weggelaufen ausgerissen unauffindbar verbleib ausgerückt";
    ABUSE 0.0: "misshandelt misshandlung misshandelte missbraucht missbrauch hämatome hämatom kindeswohlgefährdung kindeswohl gefährdungsmeldung untergewicht unterernährt schüttelt geschüttelt abused neglect beschneidung zwangsheirat zwangsverheiratet verheiratet blutergüsse striemen flecken misshandlungen schlägereien angefasst belästigt beschnitten zwangsehe kinderehe vernachlässigten vergewaltigt missbrauchs";
    HITS -0.1: "schlägt geschlagen schlug schläge verprügelt prügelt würgt gewürgt würgemale tritt getreten geprügelt beats hits beating beat hit бьет бьёт б'є bije bił frappe frappé bat dövüyor dövdü يضرب يضربني picchia golpea rreh rrah schlagen zugeschlagen verprügelten rreh bıçak abgepasst";
    VIOLENCE -0.2: "gewalt gewalttätig gewalttätige bedroht bedrohung bedrohen bedrohte droht drohte gedroht drohung drohungen morddrohung morddrohungen stalking stalker stalkt auflauert aufgelauert nachstellung verfolgt blaulicht platzwunde violence violent threatens threatened şiddet tehdit угрожа* погрож* насиль* przemoc grozi groził menace menacé violenza minaccia يهددني تهديد bedrohte gewalttätigen nötigt einschüchter* kontaktverbot annäherungsverbot wegweisung näherungsverbot attackiert angegriffen überfallen nötigung einbrechen zugestochen körperverletzung vergewaltigung lauert verfolgt terrorisiert bespuckt hasskommentare";
    PARTNER 0.0: "ex exmann exfreund expartner ehemann mann partner freund schwiegervater täter husband boyfriend kocam eşim муж мужа чоловік mąż męża mari زوجي marito haft exmannes expartners stiefvater lebensgefährte vater früherer";
    REFUGE 0.2: "frauenhaus frauenhäuser schutzwohnung schutzunterkunft schutzadresse auskunftssperre übermittlungssperre meldesperre zuflucht geflohen geflüchtet versteckt verstecken abgehauen refuge sığınma frauenhauses schutzeinrichtung melderegister";
    FINDS -0.1: "findet finde finden sucht gefunden herausfindet herausfinden herausbekommt aufspürt aufspüren anschrift adresse wohnort finds address";

    // Freedom, custody, treatment.
    DEPORTED 0.1: "abschiebung abgeschoben abschieben abschiebehaft abschiebungshaft abschiebeflug haftbefehl verhaftet festgenommen festnahme inhaftiert festgehalten deported deportation detained arrested sınır deport депорт* deportacj* aresztow* expulsé ترحيل zurückgeschickt ersatzfreiheitsstrafe gefängnis";
    TAKEN 0.3: "inobhutnahme inobhutgenommen weggenommen mitgenommen entführt entführung entzogen abgeholt verschleppt sorgerecht custody abducted забрали alındı zabrali zurückgehalten vorenthalten vorenthält herausgegeben ausland";
    TREATMENT 0.7: "medikament medikamente medikamenten insulin tabletten tropfen spray notfallspray inhalator chemotherapie chemo dialyse operation operiert bestrahlung herzmittel antibiotikum behandlungsschein krankenschein krankenversichert kaiserschnitt transplantation sauerstoff pflegedienst hebamme schmerzmittel blutverdünner medication insulin surgery dialysis treatment ilaç ilaçları ilacı лекарств* ліки лекарства leki lekarstw* médicament* دواء الدواء العلاج farmaci herztropfen insulinpumpe inhalationsgerät медикамент* инсулин* інсулін* інгалятор insulini ensulin krankenkarte";
    REFUSED 0.3: "verweigert verweigern abgewiesen weggeschickt unterbrochen ausgesetzt stoppt gestoppt refused denied stopped eingestellt";
    SICK 0.2: "fieber krampf krämpfe bewusstlos bewusstlose bewusstlosen ohnmächtig atemnot epilepsie diabetes diabetiker krebs tumor sepsis blutet blutend erbricht erbrechen herzinfarkt schlaganfall kollabiert zusammengebrochen lippen unconscious fever bleeding diabetic diabetikerin diabetiker zuckerkrank krampfanfall krampfanfälle kreislauf dehydriert hustet lebensbedrohlich sterbend hospiz palliativstation hungerstreik dehydrierung wundgelegen dekubitus blutung wehen lungenentzündung anaphylaktisch herzstillstand unterzuckerung unterzuckert schlaganfalls apathisch";

    // Dangers.
    SMELL 0.5: "riecht stinkt geruch riechen gerochen stinkts smell smells smelling kokuyor kokusu пахне пахнет запах cheira cheiro odeur sent pachnie zapach puzza odore rihet رائحة zischt zischen brandgeruch ausgasung beißend stechend";
    GAS_OUT -0.1: "gasgeruch gasaustritt gasleck gasalarm kohlenmonoxid chlorgas chlorgasalarm kohlenmonoxidvergiftung abgasaustritt ammoniakaustritt gasexplosion";
    HAZARD -0.3: "lebensgefahr lebensgefährlich lebensbedrohlich unfallgefahr sturzgefahr absturzgefahr absturzgefährdet einsturzgefahr einsturzgefährdet explosionsgefahr bruchgefahr verletzungsgefahr brandgefahr erstickungsgefahr vergiftungsgefahr stromschlag lebensgefahren todesgefahr";
    DANGER -0.1: "gefahr gefährlich gefährlicher gefährliche gefährlichen gefährdet akut akute akuter akuten danger dangerous hazard urgent опасно опасность небезпечн* tehlike tehlikeli niebezpiecz* dangereux pericolo peligro خطر";
    HURT -0.3: "verletzt verletzte verletzung gestürzt stürzt stürze sturz verbrannt fast beinahe beinah haarscharf platzwunde ins hurt injured vollbremsung zurückgezogen hineingefallen reingefallen ertrunken ertrinken drowning gekracht";
    TREE -0.3: "baum bäume ast äste astbruch linde eiche kastanie buche pappel birke esche weide kiefer fichte robinie stamm krone tree branch дерево гілка ветка drzewo gałąź arbre ağaç dal albero árbol";
    STRUCTURE -0.2: "brücke steg balkon brüstung geländer mauer wand dach decke fassade ziegel dachziegel gerüst mast laterne laternenmast tor schaukel rutsche klettergerüst spielgerät seil seilbahn hängebrücke treppe hang böschung stütze stützmauer giebel schornstein putz stuck bridge wall roof balcony swing slide railing мост міст стена balkon most mur pont duvar köprü hubbrücke karussell wippe eiszapfen eisplatten stahlseil kette chain klettergerüst pylon kran carport vordach attika markise fenster fensterscheibe lager widerlager brückenlager stahlträger skulptur torpfosten fußballtor haltegriff felsbrocken felsen felswand gestein geröll steinbrocken strommast telefonmast bauzaun baugerüst leiter turm kirchturm wasserturm halle hallendach kellerdecke fahrbahn straßendecke wehr staumauer tribüne bühne verkehrsschild scheibe glasscheibe oberlicht regenrinne dachrinne kamin";
    BREAKS -0.1: "einsturz einstürzen stürzt einzustürzen bricht abbrechen abbricht abzubrechen abgebrochen angebrochen durchgebrochen abstürzen abgestürzt kippt kippen umkippen umzukippen umstürzen umzustürzen gerissen angerissen eingerissen riss risse wackelt wackeln locker lockere lose loser morsch durchgerostet schief neigt knackt bröckelt bröckeln nachgibt gelöst löst herunterfallen herabfallen runterfallen heruntergefallen herabgefallen runtergekommen herabhängend herabhängender hängt abgerissen rausgerissen gebrochen bruchsicherheit standsicherheit standsicher wurzelteller wurzelfäule hebt gehoben schraube abgerutscht rutscht abgesackt collapse collapsing crack cracked cracking falling leaning loose cadde треснул* тріснул* паде упад* впад* durchgescheuert biegt bog verformt verbogen verschoben abgelöst ausgebrochen klafft durchgebogen einzubrechen eingebrochen reißt reißen gesenkt abgebrochene lockert rausgefallen ausgerissen angesägt hohl umgestürzt umgefallen kracht erdrutsch hangrutsch steinschlag unterspült eingesackt absackt durchgebrochen weggebrochen gekippt kippte baumelt gelockert gesprungen zerbrochen instabil einsturzgefährdete senkt nachgegeben herunterzufallen abzustürzen";
    HOLE -0.6: "schacht schächte gully gullideckel gullydeckel kanaldeckel kanalschacht schachtdeckel schachtabdeckung brunnen brunnenschacht deckel loch grube baugrube aufzugschacht manhole hole люк шахта яма rögar trou studzien* lüftungsschacht kellerschacht schachtdeckels dziura studzience pokrywy pokrywa tunnel krater erdfall erdloch schlagloch schwimmbecken pool zisterne jauchegrube güllegrube teich löschteich";
    OPEN 0.0: "offen offene offener offenen fehlt fehlen weg verschwunden ungesichert ungesicherte geklaut gestohlen tief open missing uncovered deep открыт* відкрит* otwart* ouvert açık unverschlossen unabgedeckt abgedeckt zugänglich kaputt zaun umzäunung freigelegt bricht";
    CABLE -0.1: "kabel stromkabel stromleitung drähte draht leitung freileitung oberleitung hochspannungsleitung starkstrom verteilerkasten stromkasten schaltkasten sicherungskasten cable cables wire wires кабель провод* дрот* kablo kabel przewod* steckdosen tela przewody leitungen stromkästen elektrokasten elektroleitung sicherung sicherungen laternenkabel verteiler oberleitungen weidezaun";
    LIVE 0.0: "blank blanke blanken blanker funken sprüht brummt knistert britzelt isolierung freiliegend freiliegende freiliegen offen offene offenen hängt hängen runter herunter abgerissen strom exposed sparks hanging bare volt schutzleiter lose rausgerissen loses wasser";
    SIGNAL -0.1: "ampel ampeln ampelanlage bahnübergang schranke fußgängerampel zebrastreifen blindensignal lichtsignalanlage lights signalanlage blindenampel";
    SIGNAL_FAILS -0.1: "ausgefallen dunkel tot gleichzeitig grün defekt kaputt aus geht weg";
    SHARPS -0.1: "spritze spritzen nadel nadeln kanüle kanülen scherben glasscherben rasierklinge rasierklingen nägel giftköder köder rattengift syringe syringes needle needles";
    LIES 0.3: "liegt liegen lag lagen herum gefunden steckt stecken found ausgelegt stück fand entdeckt offen ausgebuddelt ausgegraben umgraben baggerfahrer freigelegt";
    BEAST -0.3: "hund hunde kampfhund rottweiler schäferhund pitbull wolf schlange wespen wespennest hornissen fledermaus fuchs stier bulle kuh dog dogs bat snake köpek собака пес pies chien rottweilers schäferhundes köpeği собака ротвейлер* hundes nester eps eichenprozessionsspinner";
    BITES 0.0: "gebissen beißt beisst biss angefallen angegriffen losgerissen bissig tollwut tollwutverdacht gestochen allergisch bit bitten attacked rabies aggressiv укусил* вкусил* ısırdı ugryzł mordu losgerannt übersprungen gerissen getötet zugebissen zuschnappt прокусил* ausschlag";
    BOMB -0.1: "munition granate granaten sprengkörper handgranate sprengstoff fliegerbombe blindgänger weltkriegsbombe bombe mine böller zünder patronen munitionsfund ordnance grenade metallkörper leitwerk feuerwerk böllern fliegerbomben";
    FLOOD 0.2: "hochwasser pegel damm deich deichfuß überflutet überschwemmt überschwemmung flut sickerwasser wassereinbruch sturzflut dammbruch flood flooding pegelstand dyke dam unterführung keller wasserstand talsperre schleuse wassers";
    RISES 0.0: "steigt gestiegen stieg steigend läuft drückt bricht trüb trübes durchweicht eingeschlossen abgeschnitten weggespült sandsäcke sandsack rising steht evakuiert schwall";
    FIRE 0.2: "brennt feuer rauch qualm qualmt flammen schwelt glut kokelt raucht glüht fire burning smoke пожар горит горить yangın pożar feu incendie ateş osterfeuer funken brandgeruch verbrennen verbrannt flamme glimmt glimmbrand schwelbrand rauchentwicklung verbrannter schmort verschmort schmorgeruch stichflamme explodiert explosion verpuffung gezündelt zündelt brandstiftung brandstifter";
    POISON 0.4: "gift giftig giftige giftiger chemikalien chemikalie fass fässer säure diesel altöl ölfilm benzin asbest asbeststaub quecksilber chlor ammoniak lösungsmittel kanister heizöl öl ölspur gülle chemical chemicals oil fuel zyanid lösemittel öltank tank dämpfe faß bittermandel forellen fischsterben pflanzenschutzmittel pestizid pestizide rattengift lauge formaldehyd pcb dioxin kraftstoff hydrauliköl gefahrgut kühlmittel propangas schwefel cyanid arsen";
    SPILLS -0.3: "ausläuft auslaufen ausgelaufen läuft laufen tritt ausgetreten austritt tropft sickert rinnt brunnen schutzzone wasserschutzgebiet wasserschutzzone trinkwasserbrunnen kanalisation bach fluss leaking leak spill spilled dampft raucht wasserwerk fische undicht leck lecken mühlbach grundwasser uferbereich weggerutscht treiben tote";
    GERMS -0.1: "salmonellen legionellen listerien coli enterokokken tuberkulose masern meningokokken tollwut verkeimt verkeimung kontaminiert kontamination ehec botulismus hepatitis norovirus keime abkochgebot abkochen verunreinigt vergiftet vergiftung blei grenzwert contaminated botulinum geflügelpest asp hantavirus diphtherie lungentuberkulose legionella legionellose pneumophila salmonellose keim kbe kryptosporidien scharlach afrikanische vogelgrippe pseudomonas campylobacter krätze ratten schimmelpilz pilzvergiftung lebensmittelvergiftung botulin keuchhusten mpox polio corona nitrat pfas";
    GERMS_FOUND 0.4: "nachgewiesen nachweis befund infiziert erkrankt verdacht gesichert positiv bestätigt meldung meldebogen überschritten überschreitung trinken getrunken bauchweh durchfall rückruf ausgeliefert outbreak fälle probe doppelprobe station todesfall bestätigte ergebnis pflegeheim kita";
    FAINT -0.1: "schwindlig schwindelig benommen kopfweh kopfschmerzen übel bewusstlos müde umgekippt dizzy headache erbrechen augenbrennen atembeschwerden hustenreiz";
    HELPLESS 0.1: "hilflos hilflose hilfloser hilflosen reglos regungslos bewusstlos orientierungslos unterkühlt dehydriert verdurstet klopfzeichen stöhnt röchelt wimmern aufgefunden blutüberströmt bewusstlosem dehydrierte hilferufe hilfeschreie eingeklemmt leblos leblose lebloser treibt verschüttet";
    NO_SIGN -0.3: "öffnet aufgemacht aufmacht macht meldet gesehen gehört abgehoben briefkasten zeitungen rollläden rolläden відчиняє открывает opens otwiera aufgetaucht zurück rührt";
    DRUNK 0.2: "betrunken betrunkene betrunkener alkoholisiert alkohol promille fahne trinkt schnaps drunk vodka пьян* п'ян* pijany ivre dement demenz eingeschlafen";
    DRIVES -0.2: "fährt fahren gefahren steuer busfahrer fahrer auto bus lkw geisterfahrer schulbus drives driving fahrtüchtig führerschein straßenverkehr falschfahrer gefahren lenkrad schulbusfahrer rettungswagen traktor lkw";
    WEAPON -0.2: "waffe waffen pistole gewehr messer axt machete armbrust schusswaffe gun knife пистолет нож ніж nóż couteau silah bıçak schreckschuss langwaffen waffenschrank schrotflinte axt beil armbrust beile";
    ARMED 0.5: "bedroht gedroht droht holt zeigt zeigte gezeigt lädt geladen gespannt schießt erschießt schießen umbringt umbringen töten sticht zieht herumfuchtel* aggressiv heraus kommt suizid tür steht tresor heute";
    ANIMALS 0.0: "rinder kühe schafe pferde tiere vieh ziegen hühner hunde katzen horses animals";
    PERISH -0.4: "verenden verendet verdursten verhungern sterben tot tote liegen";
    HOT_CAR -0.3: "auto wagen car";
    HEAT -0.1: "hitze heiß heißen heißer sonne prall pralle scheiben hot sun";

    WAY_OUT -0.2: "notausgang notausgänge fluchtweg fluchtwege rettungsweg rettungswege fluchttür brandschutztür feuerwehrzufahrt rauchmelder brandmelder brandmeldeanlage sprinkleranlage";
    BLOCKED 0.1: "versperrt zugestellt verschlossen abgeschlossen blockiert zugeparkt zugemauert verkettet verbarrikadiert abmontiert abgeklemmt defekt zugekettet";
    BRAKES -0.2: "bremse bremsen lenkung reifen bremsleitung anschnallgurt gurt gurte";
    FEAR -0.2: "angst fürchte fürchtet panik afraid scared korkuyorum боюсь боюся boję peur خائفة";
    LOCKED 0.3: "schloss schlösser türschloss ausgetauscht ausgewechselt";
    DESTITUTE 0.5: "mittellos mittellosigkeit notlage existenznot existenzminimum vorschuss barauszahlung soforthilfe überbrückung überbrückungsgeld lebensmittelgutschein lebensmittelgutscheine überbrückungsdarlehen notfallhilfe";
    CARE_HARM -0.3: "wundgelegen fixiert sediert dehydriert unterernährt nachtschicht unterbesetzt verkotet eingenässt geschlagen vernachlässigt";
    CARE 0.1: "pflegeheim altenheim seniorenheim bewohner bewohnerin bewohnerinnen station heim pflegedienst wohngruppe";
    ICE -0.2: "glatt spiegelglatt vereist vereiste glatteis eisglatt eis eisfläche blitzeis ice icy gestreut streut eisplatte";
    SLIPS -0.1: "gestürzt stürze sturz gerutscht ausgerutscht rutscht slid geknickt gebrochen oberschenkelhals* oberschenkelhalsbruch knochenbruch";
    STUCK -0.4: "fahrstuhl aufzug eingeklemmt steckengeblieben verschüttet eingesperrt steckt lift festsitzt";
    OTHERS -0.2: "anderen andere anderer leuten leute herrn fremden fremder unbekannten familie nachbarn persons people other somebody personen";
    ENVELOPE 0.0: "umschlag kuvert briefumschlag briefkasten anhang envelope verteiler adresszeile";
    GIVES_UP -0.1: "schluss weiterleben weitermachen lebensmut müde kraft sinn aufgeben verzweifelt ausweg sterben";
    BIDS_FAREWELL 0.4: "schuld vorwurf vorwürfe abschied geordnet sortiert kümmert verzeiht verzeihen leid abschiedsgruß";
    SOON_DEAD 0.1: "nottrauung sterbebett hospiz sterbend palliativ";

    // Data.
    DATA -0.3: "daten datei dateien excel liste tabelle unterlagen bescheid bescheide akte akten personalakte personalakten patientendaten patientenakten patienten diagnosen diagnose adressen kontonummern kontonummer namen befunde befund laptop notebook usb stick tablet festplatte datensätze gesundheitsdaten sozialdaten sozialhilfebescheide ausweiskopien ausweise arztberichte personaldaten briefumschlag umschlag bewerbungsunterlagen data records files documents list персональ* dane données dati server portal postfach cloud verzeichnis brief post schreiben dossier dossiers patientenbögen papiertonne steuerbescheide geburtsurkunden arztbrief entlassbriefe patientenliste personen diagnosen kontodaten dateiserver fileserver server webmail rechner laborberichte usbstick ordner aktenordner krankenakten patientenkartei personalausweise kundendaten meldedaten schülerdaten zugangsdaten passwörter kennwörter geheimadresse mitgliederliste protokoll protokolle gutachten adressdaten klientenakten einwohnerdaten";
    SENSITIVE 0.1: "diagnosen diagnose kontonummern kontonummer kontodaten patientendaten patientenakten krankenakten patientenbögen patientenkartei personalakte personalakten sozialdaten gesundheitsdaten sozialhilfebescheide hiv befunde arztberichte arztbriefe entlassbriefe ausweiskopien personalausweise geburtsurkunden geburtsdatum steuerbescheide geheimadresse meldedaten schülerdaten klientenakten passwörter kennwörter zugangsdaten bescheide medical passports";
    BREACH -0.1: "datenpanne datenpannen datenleck datenlecks datenabfluss datendiebstahl datenschutzvorfall datenschutzverletzung datenschutzpanne fehlversand fehlversendung fehlkuvertierung ransomware schadsoftware trojaner verschlüsselungstrojaner malware hacker hackerangriff gehackt kompromittiert kompromittierte kompromittiertes exfiltriert abgegriffen cyberangriff cyberattacke sicherheitsvorfall sicherheitslücke breach leaked leak hacked incident abgeflossen datenschutzverstoß lösegeld webshell erpresserschreiben erpressernachricht verschlüsselungstrojaner ungepatcht schwachstelle encrypted totenkopf ausgenutzt übernommenen gephisht datenlecks erpresser erpressung botnetz keylogger eindringling eindringlinge eingedrungen cyber hackten angreifer phishingmail";
    WRONG -0.4: "fremde fremden fremder fremdes falsch falsche falschen falscher versehentlich irrtümlich verwechselt fehlgeleitet öffentlich abrufbar einsehbar aufrufbar frei ungeschützt unverschlüsselt unverschlüsselter gestohlen entwendet verloren verlorengegangen liegengelassen sichtbar darknet veröffentlicht unbefugt unberechtigt zugriff abhandengekommen container altpapier sperrmüll stolen lost wrong exposed publicly accessible unencrypted anderer passwort verteiler öffentliche googel* google suchmaschine verkauft fotografiert völlig unbekannte rücksack rucksack umschlag gemeinsamen cc offenem angeklickt übernommen verschlüsselt ungeschreddert ungeschredderten versehen internet netz homepage webseite website whatsapp facebook flohmarkt müll müllcontainer altpapiercontainer papierkorb papiercontainer straßenrand geleakt jeder jedermann ungesichert ungesichertes einsehen abgegriffen kopiert";
    ARTICLE 0.5: "33 34";
    GDPR 0.1: "dsgvo gvo gdpr grundverordnung rgpd datenschutzgrundverordnung";
    REPORTS 0.0: "meldung meldepflichtig melden gemeldet verletzung benachrichtigung verantwortlicher anzeige notification notify betroffene betroffenen kenntnis vorfall";

    // How near it is.
    NOW 0.0: "heute jetzt gerade eben soeben sofort nacht akut momentan derzeit gestern vorhin stunden stunde today now right tonight bugün şimdi сейчас сегодня зараз сьогодні teraz dziś aujourd maintenant الآن اليوم oggi adesso hoy";
    SINCE 0.2: "seit since с від з od depuis منذ da desde beri tagen days";
    RESCUE 0.3: "112 110 polizei feuerwehr notruf leitstelle rtw notarzt rettungsdienst besetzt streife thw police ambulance polis поліція полиция policja krankenwagen flatterband abgesperrt notruf leitstelle bereitschaft krankenwagen 116117 evakuierung notdienst";

    // What takes it back.
    PAST -0.6: "damals früher vorjahr vorjahres letztes vergangenes voriges vergangenen behoben repariert beseitigt erledigt gerettet überstanden inzwischen mittlerweile entwarnung geklappt fixed resolved vorbei wiedergefunden zurückgegeben behobene";
    THANKS -1.0: "danke dank bedanken bedanke herzlichen lob dankeschön thanks thank";
    IF -0.4: "falls angenommen theoretisch hypothetisch wäre würde würden sollte sollten könnte könnten wenn ob if would könne sofern";
    GENERAL -0.7: "allgemein grundsätzlich generell vorbeugend vorsorge prävention merkblatt broschüre flyer informationen hausarbeit referat masterarbeit studie umfrage interview statistik ratgeber tipps konzept planung kosten gebühr gebühren formular öffnungszeiten zuständigkeit beratung forschungsprojekt artikel redaktion recherche";
    HOW -0.5: "wie welche welcher welches was wer wo wann how what which";
    EXERCISE -0.9: "übung übungen probealarm warntag schulung schulungen seminar seminare webinar workshop fortbildung tagung veranstaltung einladung pressemitteilung newsletter rundbrief vortrag theater roman krimi film buch ausstellung drill training conference lehrgang probe simulation planspiel simuliert tatort drehgenehmigung dreharbeiten filmdreh lesung zeitzeugen gedenken jubiläum";
    SELLS -0.7: "angebot angebote rabatt kostenlos kostenlose gratis abbestellen abmelden unsubscribe aktion shop preis preise produkt produkte anbieter software lösung lösungen kunden sparen offer price";
    FRAUD -0.7: "verifizieren klicken klick bitcoin wallet freischalten kontosperrung bestätigen link verify click paypal zugangsdaten aktualisieren gewonnen million millionen";
    BUSINESS 0.0: "rechnung rechnungen lieferschein wartung wartungsvertrag termin termine ausschreibung baugenehmigung bauantrag förderung zuschuss förderantrag kommission ausschuss anfrage sitzung zählerstand anmeldung ummeldung rechnungsnummer";
    REMINDS 0.2: "erinnerung mahnung letzte nachfrage dritte dritten vierte kontakt sachstand";
    ASK 0.0: "?";
}

/// Log-odds that the families of a mail add.
pub(super) fn weights(families: Families) -> f64 {
    WEIGHTS.iter().zip(0u32..).filter(|(_, bit)| families >> bit & 1 == 1).map(|(weight, _)| weight).sum()
}

/// Every known word with its families.
pub(super) fn table() -> Words<Families> {
    Words::new(LISTS.iter().flat_map(|(family, words)| words.split(' ').map(|word| (word, *family))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_any_ending_are_long_and_all_are_in_lower_case() {
        for word in LISTS.iter().flat_map(|(_, words)| words.split(' ')) {
            assert!(word.strip_suffix('*').is_none_or(|stem| stem.len() >= 4), "{word}");
            assert!(!word.is_empty() && word.to_lowercase() == word, "{word}");
        }
    }
}

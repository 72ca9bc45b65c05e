"""What people build passwords with: common words, sentences everybody knows, walks on the keyboard."""

_MOTS = """
motdepasse passe password passw pass secret secure securite admin administrateur administrator root user
utilisateur login connexion identifiant compte access acces welcome bienvenue bonjour bonsoir salut
coucou hello bye merci azerty qwerty qwertz azer test essai demo demonstration changeme changezmoi
changer modifier temporaire provisoire nouveau nouvelle default defaut master maitre super superman
batman spiderman pokemon pikachu starwars matrix naruto dragon dragonball shadow ninja monster killer
hunter ranger tigger tigre lion monkey singe chien chienchien chat chaton minou cheval loulou doudou
chouchou loulotte poupette princesse princess prince reine king queen amour jetaime love iloveyou lovely
loveme toujours forever coeur cherie cheri bebe bisous bisou calin ange angel angelique soleil sunshine
lune etoile star ciel nuage mer plage ocean montagne neige fleur rose tulipe jasmin marguerite orchidee
vanille chocolat caramel cookie bonbon sucre nutella fraise cerise banane orange citron pomme peche
framboise cafe coffee pizza fromage football foot soccer baseball basket basketball rugby tennis hockey
ski cheer running marseille paris lyon nantes angers laval lemans larochesurreyon saintnazaire rennes
brest lille bordeaux toulouse nice strasbourg montpellier france bretagne vendee mayenne sarthe loire
atlantique anjou europe monde world freedom liberte egalite fraternite republique computer ordinateur
internet windows microsoft google apple samsung android iphone facebook youtube twitter free sfr nokia
linux ubuntu oracle server serveur database system systeme network reseau bureau travail boulot maison
famille enfant enfants maman papa mamie papi frere soeur copain copine ami amis amitie friend friends
family mother father baby sexy michael michel jean pierre jacques marie nicolas julien thomas alexandre
maxime antoine kevin anthony jordan romain quentin clement guillaume sebastien christophe stephane
philippe patrick daniel andre robert charlie george william martin bernard isabelle nathalie sylvie
catherine christine francoise valerie sandrine stephanie celine camille laura manon lea emma chloe ines
jade louise alice sarah jessica ashley nicole amanda jennifer hannah vacances noel anniversaire printemps
ete automne hiver janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
lundi mardi mercredi jeudi vendredi samedi dimanche january february march april june july august
september october november december monday friday sunday summer winter spring autumn rouge bleu vert
jaune noir blanc violet gris red blue green black white yellow purple argent money dollar euro banque
voiture moto velo renault peugeot citroen ferrari porsche mercedes camaro mustang harley musique music
guitare piano jesus dieu god church bible whatever nothing rien tout batterystaple cheese pepper ginger
snoopy mickey donald disney harrypotter hogwarts gandalf trustno letmein please sesame ouvretoi formation
formations organisme stage stagiaire formateur centre direction accueil secretariat gestion gestionnaire
contact entreprise emploi region
"""
#: Whole sentences, written without spaces: each is one idea.
_PHRASES = """
correcthorsebatterystaple correctchevalbatterieagrafe liberteegalitefraternite allonsenfantsdelapatrie
lejourdegloireestarrive auxarmescitoyens vivelafrance vivelarepublique ilfautqueuneportesoitouverte
maitrecorbeausurunarbreperche ilsvecurentheureuxeteurentbeaucoupdenfants ilsvecurentheureux iletaitunefois
jepensedoncjesuis etreounepasetre tobeornottobe quelaforcesoitavectoi maytheforcebewithyou
cestmonmotdepasse ceciestunmotdepasse voicimonmotdepasse monmotdepasseest lemotdepasse monmotdepasse
motdepassesecret thisismypassword mypasswordis thisisapassword passwordpassword ouvretoisesame
jetaimepourlavie toietmoipourlavie toietmoipourtoujours jetaimemonamour iloveyousomuch jaimemafamille
mafamillemavie mesenfantsmavie jesuislemeilleur lavieestbelle labelleetlabete bonjourtoutlemonde
helloworld lequickbrownfox thequickbrownfoxjumpsoverthelazydog portezcevieuxwhiskyaujugeblondquifume
frerejacquesfrerejacques aucclairdelalune auclairdelalune ainsifontfontfont surlepontdavignon
"""
#: Small words between others.
_LIAISONS = """
le la les un une de du des et ou a au aux en je tu il mon ma mes ton ta tes son sa ses est the my is you
of
"""

MOTS, PHRASES, LIAISONS = (frozenset(texte.split()) for texte in (_MOTS, _PHRASES, _LIAISONS))

#: Rows and columns of keyboards, digits, the alphabet: four neighbours in a row, either way, are a walk.
RANGEES = (
    "abcdefghijklmnopqrstuvwxyz",
    "12345678901234567890",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1aqw2zsx3edc4rfv5tgb6yhn7uj8ik9ol0pm",
    "aqwzsxedcrfvtgbyhnujikolpm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1a2z3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "a1b2c3d4e5f6g7h8i9j0",
    "&é\"'(-è_çà)=",
)

package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// oneEngine are the tests of this package, and of those in it, that do not run on every engine, by the
// reason. Those of a room inside have its path before them.
var oneEngine = []struct{ why, tests string }{
	{"it opens no database", `TestDaemonBackInItsPlaceIsNotMissed TestEveryTestRunsOnEveryEngine TestLeasedQueue TestOldEventsOfEachKind TestReadNumbers TestSeatIsTheFolder TestShortage TestSplitIsWhereItIsSaid
		TestTermsAreSpread TestTimesAreKeptToTheMicrosecond datafolder/TestHolder datafolder/TestReserveCountsWhatIsTaken groupcommit/TestTurnsAreGivenToTheFirst memory/TestToldAsOftenAsItCounts sqlite/TestInBackground sqlite/TestStatementsInBackground
		postgres/TestDoubts postgres/TestUnverified tables/TestFilesStandBesideALongText tables/TestParametersAppearInOrder tables/alike/TestDocumentOf`},
	{"it is about both engines at once", `TestServerHasTheSameSchema transfer/TestGoesOn transfer/TestRefusals transfer/TestTextWithNUL transfer/TestThereAndBack`},
	{"each engine has a fuzz target of its own", `FuzzSearch FuzzServerSearch`},

	{"SQLite: schemas of old; those of PostgreSQL have TestServerUpgradeFromEverySchema", `TestOldEvents TestOldOutgoing TestT153DataIsEqual TestT153FirstSchemaIsUpgraded
		TestT153MigrationOfFiles TestT154ForeignJournal TestT154KillInMigration TestT154KillWhileTheJournalIsSplitOff TestUpgradeFromEverySchema TestUpgradeFromTheSeventh TestUpgradeOfAccepted`},
	{"SQLite: files that are lost, moved, damaged, of another day, or copied by us", `TestBackup TestDamageIsFoundBesideTheWork TestReadOnlyBesideADaemonThatBegins TestT014DamagedDatabaseIsRefused TestT174JournalOfAnotherDay
		TestT174LostDatabaseIsRefused TestT175IdleDeskNotices TestT175MovedDatabaseEndsTheDesk TestT175MovedDuringATransaction TestT175NobodyMakesADatabase`},
	{"SQLite: the disk under the files", `TestReserve TestT005FailedFsyncBreaksTheStore TestT006FullDisk TestT006FullJournal TestT006RealFullDisk TestT011PowerCut`},
	{"SQLite: its settings, its log, its hooks, its plans", `TestCheckpointBesideAReader TestFailedCommitBreaksTheStore TestT004EveryConnectionIsDurable TestT004MisspeltSettingIsRefused
		tables/TestQueriesUseIndexes tables/outgoing/TestQueriesUseIndexes`},

	{"PostgreSQL: several daemons on one database", `TestAttemptOfWhoLostTheMail TestBuriedDaemonCommitsNothing TestBusyDatabaseEndsNoDaemon TestClaimWithoutBytesIsGivenBack TestClockOfTheDatabase TestDaemonAsideEndsWhatItBegan
		TestDaemonIsRenewedBeforeItRuns TestDaemonWithOtherSettingsStandsAside TestDaemonsClaimEachMailOnce TestDaemonsShareAQueueWithLeases TestGroupLooksForOthersUntilItKnows
		TestHolderOfTheClockIsNeverAside TestLeasesGoByTheClockOfTheDatabase TestMissedDaemonIsATrouble TestMailWithKnownOutcomeIsNobodyElses TestRenewalsWithoutTurnAreCounted TestServerIsSharedWithCommands
		TestStopAmidATurn TestStuckDaemonLosesTheClock TestTermIsHeldByOne TestTermThatWasNotGivenBackIsTakenAgain TestWhoJustCameBuriesNobody`},
	{"PostgreSQL: connections, and what is between a daemon and its server", `TestCloseAfterLostConnection TestCommandMeetsASilentServer TestCommandWakesDaemons TestFirstHostIsSilent TestLimitsOfTimeAreOurs TestListenerIsRefused TestLookAtASilentServer TestPooler
		TestServerConnectionLost TestServerOpenErrors TestServerSilentBesideAnother TestServerUserWithLittle TestSettingsAreToldOnceMore TestSettingsOfConnections TestSettingsThatMayNotBeTold TestStandbyIsBehind TestStandbyIsGone`},
	{"PostgreSQL: what the server says and refuses, and its tools", `TestCommitThatIsInTheWay TestCommitsThatMeanLess TestGatheredStatements TestMarkMovedSaysWhoIsInTheWay TestRefusedStatementCostsItsChangeOnly TestServerCheck
		TestServerFromDump TestServerIndexesWordsAtOnce TestServerJournalOfAnotherDay TestServerRefusals`},
	{"PostgreSQL: its schema", `TestServerNumbersGoOnAfterAnUpgrade TestServerReadsPagesInOrder TestServerSchemaIsMadeOnce TestServerSchemaIsNotChangedUnderDaemons TestServerUpgradeFromEverySchema
		TestUpgradeSaysWhoIsInTheWay TestUpgradeWaitsForReaders`},
}

// TestEveryTestRunsOnEveryEngine: whoever adds a test lets it run on every engine, or says in oneEngine
// why it does not.
func TestEveryTestRunsOnEveryEngine(t *testing.T) {
	reasons := map[string]string{}
	for _, group := range oneEngine {
		for name := range strings.FieldsSeq(group.tests) {
			if reasons[name] != "" {
				t.Errorf("%s is in oneEngine twice", name)
			}
			reasons[name] = group.why
		}
	}
	onEvery := testsIn(t, ".")
	for name, every := range onEvery {
		switch why := reasons[name]; {
		case every && why != "":
			t.Errorf("%s runs on every engine: take it out of oneEngine (%s)", name, why)
		case !every && why == "":
			t.Errorf("%s does not begin with every(…), both(…) or sites(…): let it, or say in oneEngine why it does not", name)
		}
		delete(reasons, name)
	}
	for name := range reasons {
		t.Errorf("%s, in oneEngine, is no test", name)
	}
	if n := len(onEvery); n < 150 {
		t.Errorf("%d tests are found: this one looks in the wrong place", n)
	}
}

// testsIn returns the tests of a folder and of those in it, and whether each runs on every engine.
func testsIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if ok && fn.Recv == nil && fn.Name.Name != "TestMain" && (strings.HasPrefix(fn.Name.Name, "Test") || strings.HasPrefix(fn.Name.Name, "Fuzz")) {
				tests[filepath.Join(filepath.Dir(path), fn.Name.Name)] = callsOne(fn, "every", "both", "sites")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// callsOne reports whether one of some functions is called in another one.
func callsOne(fn *ast.FuncDecl, names ...string) (calls bool) {
	ast.Inspect(fn, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			name, ok := call.Fun.(*ast.Ident)
			calls = calls || ok && slices.Contains(names, name.Name)
		}
		return !calls
	})
	return calls
}

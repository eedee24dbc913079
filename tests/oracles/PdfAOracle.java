import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;

/**
 * Answers questions about PDF/A with veraPDF, one a line, until its input ends.
 *
 * <p>Asked {@code {"flavour": "2u", "path": "/a/b.pdf"}} on standard input, it answers on standard
 * output {@code {"compliant": true, "checks": 120, "failed": {}}}, where {@code failed} maps a rule
 * to what it says and where it was first broken; or {@code {"error": "…"}}. One process serves a
 * whole test session, because starting veraPDF takes seconds and a file milliseconds.
 */
public final class PdfAOracle {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        // Libraries print to standard output as they like; the answers have it to themselves.
        PrintStream answers =
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader questions =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = questions.readLine()) != null; ) {
            answers.println(JSON.writeValueAsString(answer(JSON.readValue(line, Map.class))));
        }
    }

    private static Map<String, Object> answer(Map<?, ?> question) {
        Map<String, Object> answer = new LinkedHashMap<>();
        PDFAFlavour flavour = PDFAFlavour.byFlavourId((String) question.get("flavour"));
        File file = new File((String) question.get("path"));
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator =
                        Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            answer.put("compliant", result.isCompliant());
            answer.put("checks", result.getTotalAssertions());
            answer.put("failed", failures(result));
        } catch (Exception | StackOverflowError error) {
            answer.put("error", error.toString());
        }
        return answer;
    }

    private static Map<String, String> failures(ValidationResult result) {
        Map<String, String> failures = new LinkedHashMap<>();
        for (RuleId rule : result.getFailedChecks().keySet()) {
            failures.put(name(rule), "");
        }
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                String where = assertion.getLocation().getContext();
                failures.computeIfPresent(
                        name(assertion.getRuleId()),
                        (rule, said) -> said.isEmpty() ? assertion.getMessage() + " @ " + where : said);
            }
        }
        return failures;
    }

    private static String name(RuleId rule) {
        return rule.getSpecification().getId() + " " + rule.getClause() + "-" + rule.getTestNumber();
    }
}

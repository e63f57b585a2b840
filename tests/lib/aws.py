"""`aws` as Debian ships it, started once for many calls.

A line of standard input is the list of words of one call, in JSON; a line of the answer is [exit code, standard output,
standard error]. The first line of all are the operations of Cognito user pools that it knows. A process of its own: the
command line brings another botocore than boto3's.
"""

import contextlib
import io
import json
import sys

import awscli.botocore.session
import awscli.clidriver
from awscli.botocore import xform_name


def main():
    model = awscli.botocore.session.get_session().get_service_model("cognito-idp")
    answers = sys.stdout
    print(json.dumps([xform_name(name, "-") for name in model.operation_names]), file=answers, flush=True)
    driver = awscli.clidriver.create_clidriver()
    for line in sys.stdin:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = driver.main(json.loads(line))
        print(json.dumps([code, out.getvalue(), err.getvalue()]), file=answers, flush=True)


if __name__ == "__main__":
    main()

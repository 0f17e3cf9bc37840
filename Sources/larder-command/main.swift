internal import LarderCommands

runProcess()
